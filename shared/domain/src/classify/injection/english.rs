//! What gives an attack away in English.

/// What gives such a message away, in the language of [`pattern`](super::pattern).
pub(super) const SIGNS: &[&str] = &[
    "(?:ignore|disregard|forget|override|bypass|overlook|skip|neglect|\
     discard) (?:\\w+ ){0,4}?(?:instructions?|directives?|prompts?|rules?|guidelines?|guardrails?|\
     restrictions?|commands?|orders?|training|programming|context|everything (?:above|before|you))",
    "(?:ignore|disregard|forget|overlook) (?:every\\w*|evert\\w*|all|anything|whatever|\
     what) (?:that )?(?:you|you've|i|they|was|has|have|that|above|before|previously)(?: (?:have |were |was |\
     been |ve )*(?:told|said|been told|instructed|given|learned|before|above))?|(?:ignore|disregard) (?:the|\
     all|everything) (?:above|previous|prior|preceding|foregoing)",
    "(?:system|developer|initial|hidden|original|secret) (?:prompts?|instructions?|message)|\
     your (?:prompts?|instructions|programming|guidelines|system)|prompt injection|jail ?break\\w*",
    "(?:you are|you're|act|behave|pretend|roleplay|role play|respond|answer) (?:now |to be |that you are |\
     as if you (?:are|were) |as |like )+(?:\\w+ ){0,3}(?:an? )?(?:dan|ai|model|assistant|chatbot|bot|\
     language model|developer|admin\\w*|root|unrestricted|unfiltered|jailbroken|hacker)|do anything now|\
     from now on you|new persona",
    "(?:developer|debug|dev|god|admin|sudo|maintenance|unrestricted|dan|system|override|root) mode|(?:i'm|\
     i am|as) your (?:\\w+ )?(?:developer|creator|programmer|administrator|admin|boss)",
    "(?:ignore|disregard) (?:the |this |that )?\\w+ and (?:state|say|output|write|tell|print|give|answer|\
     reply|instead|just)|regardless of (?:\\w+ )?(?:previous|prior) \\w+|(?:your|share the) (?:secret |\
     login )?(?:passwords?|pass ?code|pass ?phrase|credentials|database|api key)",
    "(?:summari[sz]e|translate) (?:this|the|following|my) (?:\\w+ )?(?:web ?page|page|article|text|code|\
     word|sentence|document|paper)|(?:output|result) of this code|phishing",
    "(?:reveal|print|show|repeat|output|display|leak|tell me|disclose|share|give me|what (?:is|are|was|\
     were)) (?:\\w+ ){0,3}(?:prompts?|instructions|system message|secret key|passwords? (?:is|of|for)|\
     the password|your password|api key|credentials)(?: |$)",
    "(?:repeat|copy|output|print) (?:\\w+ ){0,3}(?:above|verbatim|word for word)",
    "(?:your|the) new (?:instructions?|role|task|rules?|price|policy|goal) (?:is|are)|legally binding|\
     end (?:every|each|all|your) (?:\\w+ )?(?:sentences?|answers?|repl(?:y|ies)|messages?) with|(?:say|\
     reply|answer|respond|write) (?:only|exactly|with only|back with)",
    "(?:as|you are) (?:an? )?(?:ai|large language model|llm|language model|chatgpt|gpt)|(?:chatgpt|\
     gpt ?[34]|openai|anthropic|llama|mistral)",
    "write (?:\\w+ ){0,2}(?:code|poem|essay|script|python|javascript|sql)|base64|leetspeak|rot13|\
     execute (?:\\w+ )?(?:code|command|script)|(?:drop|select|union|insert) (?:\\w+ )?(?:table|from|all|\
     into) ",
    // Framing that makes the forbidden a game.
    "(?:imagine|suppose|pretend|assume|say) (?:that )?(?:we're|we are|you're|you are|i'm|i am) \
         (?:in|on|doing|studying|conducting|an?|\
     the|having|playing|living)|(?:just )?(?:for|in|as) an? (?:purely )?hypothetical|hypothetically|in this \
     (?:\\w+ )?(?:scenario|\
     society|fictional|universe|roleplay)|(?:for|in) (?:testing|research|educational|academic) \
     purposes|(?:let's|lets) (?:pretend|imagine|\
     role ?play|play a game)|opposite day|no (?:ethical|moral|content) \
     (?:guidelines|restrictions|limits|filters?)",
    // Answers wanted in a shape that slips past filters, and questions that come in pieces.
    "(?:decode|decrypt|decipher|encode|encrypt|unscramble) \
         (?:this|the|it|my|following)|(?:morse|caesar|substitution|binary|hexadecimal|hex) \
     (?:code|cipher|string)|pig latin|in reverse(?: order)?|ascii|interlace|(?:part|string|piece) \
     (?:1|one|a) is|combine (?:\\w+ ){1,4}and (?:answer|\
     follow|execute|do)|(?:two|three|four|following) (?:strings|parts) … \
     (?:answer|string)|(?:encode|using|in) base ?64|first (?:letter|three letters) of \
     (?:the|each|every|your)|(?:separated|split) (?:by|into) (?:\\w+ )?(?:dots?|dashes|parts)",
    // What a business never tells.
    "(?:the|any|that|our|current|all) user's (?:\\w+ )?(?:names?|live|living|initials|birth\\w*|favou?rite|e \
         ?mail|address|password|account|\
     data|city|location|phone|number)|(?:bank (?:account )?balance|credit card (?:numbers?|details)|social \
     security (?:number)?|date of birth|birth ?(?:date|\
     year|month|day)) of \\w+|\\w+'s (?:bank balance|birth (?:date|year|month)|e ?mail address|home \
     address|credit card|password|personal data|\
     current city)|(?:list|names|details|data|numbers|records|balances?) of (?:all )?(?:the |your |other \
     )*(?:users|customers|clients|guests|\
     employees|people)|(?:your|the) (?:\\w+ )?database|the user (?:were \
     to|lives?|living|currently)|(?:to|inform) an? user|where (?:does|do|is|did) (?:the user|\\w+ \\w+) \
     (?:currently |now )?(?:live|living|reside)|personal data",
    "write (?:\\w+ ){0,3}(?:poems?|haikus?|stor(?:y|ies)|acrostic|essays?|limericks?|sonnets?|songs?|paragraphs?|rap|lyrics|tweets?|articles?|blog)|\
     (?:categori[sz]e|classify) (?:it|this|the)|(?:tell|instruct|inform) the user|action items|(?:based \
     on|given|of|in) this (?:\\w+ )?(?:resume|paper|article|table|code|web ?page)|outreach e ?mail",
    "\\w*gpt|let's assume we have|write down the string|(?:must|have to|will|shall) (?:listen \
         to|obey|follow|answer all) (?:my|me|of my)|passwords for (?:our|the|my) \
     system|(?:i am|i'm) god|(?:decode|say) (?:it|this) (?:in|as)",
];
