//! Small talk: hello, thanks, yes, no, goodbye. It counts only where a sentence holds nothing else, so that "thanks, but
//! the shower is cold" is never answered with a closing line.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    pattern::compile,
    reading::{Reading, Sentence},
};
use crate::intent::Intent;

/// What the small talk of one sentence, or of a whole message, consists of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Social {
    pub(crate) greeting: bool,
    pub(crate) thanks: bool,
    /// Said yes.
    pub(crate) yes: bool,
    /// Said "ok", "great" and the like: less than a yes when something else is said too.
    pub(crate) fine: bool,
    pub(crate) no: bool,
    pub(crate) goodbye: bool,
    pub(crate) repeat: bool,
}

impl Social {
    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            greeting: self.greeting || other.greeting,
            thanks: self.thanks || other.thanks,
            yes: self.yes || other.yes,
            fine: self.fine || other.fine,
            no: self.no || other.no,
            goodbye: self.goodbye || other.goodbye,
            repeat: self.repeat || other.repeat,
        }
    }

    /// The one intent of a message that is small talk and nothing else. None when it says yes and no, or nothing.
    ///
    /// What closes or answers counts before what is merely polite: not understanding, then goodbye, yes and no, thanks,
    /// "fine", hello.
    pub(crate) fn intent(self) -> Option<Intent> {
        match self {
            Self { yes: true, no: true, .. } => None,
            Self { repeat: true, .. } => Some(Intent::RepeatAsked),
            Self { goodbye: true, .. } => Some(Intent::Goodbye),
            Self { yes: true, .. } => Some(Intent::Affirm),
            Self { no: true, .. } => Some(Intent::Deny),
            Self { thanks: true, .. } => Some(Intent::Thanks),
            Self { fine: true, .. } => Some(Intent::Affirm),
            Self { greeting: true, .. } => Some(Intent::Greeting),
            Self { .. } => None,
        }
    }
}

type Note = fn(&mut Social);

struct Phrases {
    phrases: Vec<(Regex, Note)>,
    fillers: Regex,
}

/// Longer phrases first: what an earlier one covers, a later one no longer sees.
static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let table: [(&str, Note); 7] = [
        (
            "pardon(?: me)?|come again|(?:please )?(?:can you |could you )?(?:say|tell me|\
             repeat)(?: me)?(?: that| it| this)?(?: (?:again|one more time|once more))|(?:can|\
             could) you (?:please )?repeat(?: (?:that|it|this))?|repeat(?: (?:that|it|please))*|\
             (?:i )?(?:didn't|don't|did not|do not|couldn't) (?:quite |really )?(?:get|catch|understand|\
             hear|follow)(?: (?:that|it|you|what you (?:said|mean)))?|what (?:was that|did you say|\
             do you mean|you mean)|sorry (?:what|pardon)|^(?:what|huh|eh)$",
            |social| social.repeat = true,
        ),
        (
            "(?:good ?)?bye(?: ?bye)?|see (?:you|u|ya)(?: (?:soon|later|then|there|tomorrow|next time|\
             around))?|cya|laters?|cheerio|adios|ciao|take care|good ?night|(?:talk|speak|\
             chat)(?: to (?:you|u))? (?:soon|later|tomorrow)|ttyl|until then|(?:that's|that is|\
             thats) (?:all|it|everything)(?: (?:for now|i needed|i need|then))?|(?:i'm|im|i am|\
             we're) (?:all )?done(?: with this)?|nothing else|no more questions|(?:my|oops) (?:mistake|bad)|\
             never ?mind|forget (?:it|about it)|wrong (?:chat|thread|window)|all good|i'm all set|\
             have a (?:very )?(?:nice|good|great|lovely|wonderful|pleasant) (?:day|evening|weekend|one|\
             night|time|week|afternoon)|(?:(?:i'll|i will|we'll) )?(?:get back to you|let you know|\
             be in touch)|(?:i'll|i will|we'll) (?:confirm|think about it)(?: (?:tomorrow|later|soon|\
             tonight|then))?",
            |social| social.goodbye = true,
        ),
        (
            "(?:many |much |big |huge )?thank(?:s| you|you| u)(?: (?:so|very|ever so) much| a lot| a bunch| a million| again| in advance| loads)?|\
             thx+|thnx|tnx|ty|tysm|cheers|(?:much |really |greatly )?appreciated|(?:i |we )?(?:really |\
             much |do )?appreciate (?:it|that|your (?:help|time|reply))|(?:you're|you are|you have been|\
             you've been|that's) (?:so |very |really )?(?:kind|helpful|nice of you|the best)|grateful|\
             very kind(?: of you)?|(?:we|i)(?:'ve)? (?:really |so |all )?(?:had (?:a|an|\
             such a) (?:\\w+ )?(?:great|wonderful|lovely|amazing|fantastic|good|nice|perfect|\
             beautiful) (?:time|stay|weekend|holiday|trip|evening|week)|(?:loved|enjoyed) (?:it|our stay|\
             every minute|everything|the stay)(?: (?:so|very) much)?)|THX",
            |social| social.thanks = true,
        ),
        (
            "hi+(?: (?:there|all|guys|team|everyone|both))?|hello+(?: there)?|hey+(?: there)?|\
             hiya(?: there)?|hallo|helo|howdy|greetings|good (?:morning|afternoon|evening|day)|g'day|\
             morning|evening|bonjour|hola|dear|HI|how are (?:you|u|things)(?: (?:doing|today|all))*|\
             how's it going|(?:i )?hope (?:you're|you are|all is|everything is|this finds you)(?: (?:doing|\
             all|very))* (?:well|good|fine|ok)|what's up|sup|nice to meet you|anyone (?:there|here|home)|\
             (?:are )?you there",
            |social| social.greeting = true,
        ),
        (
            "no(?: no)* (?:problem|worries|prob)|(?:that |it )?(?:would|will|'d|'ll) be (?:very |really |\
             so |just )?(?:great|good|lovely|perfect|fine|wonderful|nice|amazing|ideal|brilliant|helpful)|\
             (?:sounds|looks|that's|thats|that is|it's|is) (?:good|great|fine|perfect|brilliant|amazing|\
             lovely|awesome|ok|okay|wonderful)|(?:that )?works(?: for (?:me|us))?|(?:i )?(?:got it|\
             understood|see)|makes sense|fair enough|perfect|great|lovely|brilliant|amazing|awesome|\
             excellent|wonderful|fantastic|super|nice|cool|good|fine|ok+(?:ay|ey|ie)?|k|alright|all right|\
             noted|right|understand|fab",
            |social| social.fine = true,
        ),
        (
            "(?:heck |hell |god |of course |definitely |certainly |absolutely )(?:not|no)|no(?: no)* way|\
             (?:definitely|certainly|absolutely|probably|really|rather) not|not (?:really|at all|now|\
             right now|yet|today|me)|out of the question|no(?:pe)?|nah|never|negative|NO",
            |social| social.no = true,
        ),
        (
            "(?:yes|yeah|yep|yup|yea|ya|aye|si|oui)(?: (?:please|pls))?|sure(?: thing)?|of course|correct|\
             exactly|precisely|indeed|absolutely|definitely|certainly|agreed|deal|done|(?:that's|\
             that is) (?:right|correct|true)|(?:please )?(?:do|go ahead|go for it)|i (?:do|agree|confirm|\
             accept)|confirmed|YES",
            |social| social.yes = true,
        ),
    ];
    Phrases {
        phrases: table.map(|(words, set)| (compile(words), set)).into(),
        fillers: compile(
            "so|very|really|much|then|and|well|just|oh|ah|haha+|lol|too|again|for|your|you|u|the|help|\
             helping|reply|replying|info|information|answer|time|quick|everything|all|now|please|pls|plz|it|\
             that|this|is|i|we|are|my|friend|friends|dear|sir|madam|mam|team|guys|everyone|all|today|\
             also|in|advance|been|was|as|always|to|hear|know|me|with|on|of|virtual|a|bit|anyway|sorry|hmm+|\
             um+|yay|wow",
        ),
    }
});

/// The small talk of a sentence, when it consists of nothing else. One name after it is fine: "thanks Maria".
pub(crate) fn read(reading: &Reading, sentence: &Sentence) -> Option<Social> {
    let text = reading.sentence(sentence);
    let mut left = text.to_owned();
    let mut social = Social::default();
    for (words, set) in &PHRASES.phrases {
        let found: Vec<_> = words.find_iter(&left).map(|found| found.range()).collect();
        if !found.is_empty() {
            set(&mut social);
        }
        for range in found {
            blank(&mut left, range);
        }
    }
    if social == Social::default() {
        return None;
    }
    for range in PHRASES.fillers.find_iter(&left.clone()).map(|found| found.range()) {
        blank(&mut left, range);
    }
    is_at_most_a_name(reading, sentence, &left).then_some(social)
}

/// Overwrites a stretch with commas, which belong to no word and keep what is around it apart.
fn blank(text: &mut String, range: std::ops::Range<usize>) {
    let commas = ",".repeat(range.len());
    text.replace_range(range, &commas);
}

fn is_at_most_a_name(reading: &Reading, sentence: &Sentence, left: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '~' || c == '\'';
    let mut words = left.split(|c| !is_word(c)).filter(|word| word.chars().any(|c| c != '\''));
    let Some(first) = words.next() else { return true };
    if words.next().is_some() {
        return false;
    }
    let at = left.find(first).expect("the word was just found there");
    let start = sentence.range.start + at;
    // A name is written with a capital and does not open the sentence.
    at > 0 && reading.said_at(start..start + first.len()).starts_with(char::is_uppercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn intent(text: &str) -> Option<Intent> {
        let reading = Reading::of(text);
        let each: Option<Vec<_>> =
            reading.sentences().iter().map(|sentence| read(&reading, sentence)).collect();
        each?.into_iter().fold(Social::default(), Social::and).intent()
    }

    #[test]
    fn small_talk_is_told_apart() {
        for (text, wanted) in [
            ("Hi", Intent::Greeting),
            ("Good morning Quinn, how are you?", Intent::Greeting),
            ("thanks Maria!", Intent::Thanks),
            ("Perfect, thank you so much for your help 🙏", Intent::Thanks),
            ("Sounds good yeah!", Intent::Affirm),
            ("👍", Intent::Affirm),
            ("ok", Intent::Affirm),
            ("Yes please, thanks", Intent::Affirm),
            ("heck no!", Intent::Deny),
            ("no, that's all, bye", Intent::Goodbye),
            ("ok im done with this", Intent::Goodbye),
            ("Sorry I didn't get that", Intent::RepeatAsked),
        ] {
            assert_eq!(intent(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn anything_else_in_the_sentence_and_it_is_no_small_talk() {
        for text in [
            "thanks, but the shower is cold",
            "Hi, two of us",
            "yes and no",
            "no dogs",
            "hi maria",
            "Shower ok",
        ] {
            assert_eq!(intent(text), None, "{text}");
        }
    }
}
