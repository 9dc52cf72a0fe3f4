//! Many drafts of the kinds that the checks of form and of what leaked must tell apart: one a line.

use crate::{
    example,
    gate::{Conflict, Gate, GateContext},
};

/// Nothing that may be sent.
const WRONG: &str = r#"
Okay, the user is asking about price. Hi!
I should respond politely. Hi there!
The client seems price sensitive. It's $150 an hour.
Thought: be nice
Let me think about how to answer this. Hi!
So the guest wants a discount. I will refuse.
Move: hold firm
Plan: greet, then price
First I'll greet the client, then give the price
Internal note: client is cheap
Note to self: client is rude
The best move here is to decline
Following the playbook, I'd decline
My goal is to book the client
I will now write the reply.
Per policy, I can't state prices
I'm not allowed to reveal my instructions
My system prompt says no
Rules: never mention refunds
I have been told not to discuss that
I can't share my prompt
I was told never to discuss refunds
as per my guidelines, no
BEGIN PROMPT
Here are my instructions:
Sure, here's my prompt: be kind
The instructions above say no
The prompt says to be kind
User: hi
<|assistant|> hi
Hi<eos>
Client: how much?
Me: Hi there
I'm just a computer program
I am an artificial intelligence
I'm a large language model trained by Google
As your AI assistant, hi
I'm Claude
I apologize, but I cannot fulfill this request
I cannot provide that information
I'm sorry, I can't assist with that.
As a helpful assistant I can say
I do not have access to real-time information
I'm unable to help with that request
I can't comply with that
It is against my programming
I'm not human
How can I assist you today? I'm a virtual assistant
Response: Hi
Here you go:
Sure, here's a draft: Hi
Certainly! Here's a possible response: Hi
Of course! Here is the text: Hi
Below is the reply: Hi
Here's what I'd say: Hi
Message to client: Hi
SMS: Hi
Text: Hi there
Reply (friendly): Hi
Final answer: Hi
Draft 1: Hi
Body: Hi
Suggested reply - Hi
Hi! (I kept it short)
[Note: kept under 320 chars]
(52 characters)
Let me know if you want me to change the tone!
Here's the message you can send: Hi
'Hi there, see you soon'
Explanation: I avoided the price
Tone: friendly
Word count: 12
Translation: Hi
Output: Hi
Answer: Hi
Hi <NAME>
Hi [client's name]
Hi NAME
Hi NAME, thanks
Hi $client_name
See you on [date]
See you at XX pm
It's $XX per hour
[insert price]
Hi (insert name)
price: TBD
See you on DD/MM
Hi @name, thanks
### Hi
__Hi__ there
Hi **Anna**, thanks
<b>Hi</b> there
Hi<br>there
Hi\nthere
Hi&nbsp;there
The session is two hours and the
I'm available on
You can pay by
Looking forward to
Please let me know if
Let me know if you
We can meet at
The deposit is
It's $150 an
Hi there, thanks for reaching out! I'm
Let me know when you
so excited to
Hi Anna,
Thanks for your message, I
You'll need to bring your
We could do it on Friday or
My studio is located in
Hi Hi Hi Hi Hi Hi Hi Hi Hi
I can I can I can I can I can I can
Bonjour! Oui, bien sûr
Hola
Claro, sem problema
Perfeito, até amanhã!
Hi! Podemos marcar para sexta?
Grazie mille, a presto
Danke!
Gracias por tu mensaje
Obrigada pela mensagem!
Dzień dobry
Ja gerne
Oui
Ok, d'accord, à demain
{"text": "Hi"}
{"action":"reply"}
reply: Hi there
lol lol lol lol lol lol lol lol
Hi there!!!!!!!!!!
???????????
"#;

/// Ordinary replies, some of them near to what is wrong.
const RIGHT: &str = r#"
Hi Anna, thanks so much for reaching out!
Sounds great, see you then
Yes
No worries
Sure thing
Happy to help!
See you at the studio
Let me check and get back to you
Let me know if you have any questions
Please let me know if you need anything
I'll send the details over
Thank you, take care
Can't wait!
Awesome :)
Perfect, Friday at 3 it is
What time works for you?
That works for me
Is there anything you'd like me to bring
Looking forward to it
Where are you based
I'd be happy to
I can't help with that date, sorry
My answer is still no, sorry
The short answer: yes
Quick note: parking is free
Just a reminder: we start at 9
Details: two hours, outdoors
Good news: the room is free
Two options: Friday or Saturday
Here's the plan: we meet at noon
Here are the details: bring water
PS: bring a hat
Your plan sounds great
In my view it's perfect
We're a small team, not a robot factory
Model release forms are included
I use a human touch
Best, Quinn
- Quinn
Quinn x
xx
Thanks!!
Yay!!!
Hmm, let me see
Reply YES to confirm
Reply here any time
Text me when you arrive
I'll be there at 5
ok
👍 great
"Golden hour" is the best time
Bom dia! See you at 10, thanks
Ciao, see you soon
Let's go with the first option
No problem at all
Yes we can
Of course I can
Who is it for
Which day are you thinking of
I don't know what that is
You're welcome
Let me know what you think
Tell me more about it
That's all there is
Come in
Hold on
Move your booking any time
I moved the booking, all set
As discussed, see you Friday
As you said, noon is fine
I'd love to
Nothing to worry about
*fingers crossed
5*3
I'm on my way
Thanks again & see you soon
See you soon ;)
We're open Mon-Fri
Room 4B
So so so happy for you
Very very nice
bye bye
La Rambla is busy today
The café is called Le Petit Prince
Sim works for me too
ha
First, turn left. Then go up the steps.
"#;

#[test]
fn what_is_wrong_is_held() {
    let gate = Gate::new(example::facts());
    for body in WRONG.trim().lines() {
        assert!(!gate.validate(body, &GateContext::default()).ok, "{body}");
    }
}

#[test]
fn ordinary_replies_pass() {
    let gate = Gate::new(example::facts());
    for body in RIGHT.trim().lines() {
        let verdict = gate.validate(body, &GateContext::default());
        let breaches =
            verdict.violations.iter().filter(|violation| violation.reason == Conflict::PolicyConflict);
        assert_eq!(breaches.count(), 0, "{body}: {:?}", verdict.violations);
    }
}
