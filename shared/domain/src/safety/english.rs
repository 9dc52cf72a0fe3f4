//! Signs in English. The gravest first, since the first that is found is the one reported.

use super::{
    Pattern,
    SafetyKind::{Coercion, Distress, Minor},
};

pub(super) const PATTERNS: &[Pattern] = &[
    Pattern {
        kind: Coercion,
        rule: "coercion.kept",
        words: "(?:won't|doesn't|don't|not|never|wouldn't|didn't) (?:let|letting|allow|allowed|allowing) \
             (?:me|\
             us|her|him) (?:to )?(?:leave|go|out|call|speak|talk|see|have my|use)|(?:i'm|i am|am|we're|\
             we are|she's|she is|being|been) (?:being )?(?:held|kept|locked|trapped|detained|kidnapped|\
             captive|imprisoned|abducted)(?: (?:here|against|in|by|up|captive|hostage)|$)|\
             not allowed to (?:leave|go out|speak|talk|have)|not free to (?:leave|go)|(?:not|isn't|aren't) \
             here by choice|\
         (?:he|she|they|someone|somebody) (?:is |are |keeps? |'s \
         )?(?:watching|listening|reading|checking|monitoring) (?:me|us|my (?:messages|phone)|everything)|\
         (?:he|she|they) (?:took|takes|take|has|have|keeps?) (?:all )?my \
         (?:money|phone|id|passport|documents|papers)|(?:being|am|are|is) watched|\
         (?:can't|cannot) talk (?:freely|now)? ?(?:he|she|they)|(?:making|forcing|telling) (?:me|us) (?:to \
         )?(?:write|say|do) this|can't (?:leave|get away|escape)(?: (?:because|\
             him|her|them|from|he|she|they|alone)|$)|held hostage|(?:owe|owes) (?:him|her|them) (?:money \
             )?(?:and|so) (?:must|have to|has to|can't)|sold (?:me|her|us) to",
        unless: "(?:rain|snow|traffic|airport|train|flight|meeting|strike|luggage|on hold|held up|kept up|\
             out of my|work)",
    },
    Pattern {
        kind: Coercion,
        rule: "coercion.forced",
        words: "against (?:my|her|his|our|their) will|(?:forced|forcing|forces|make|makes|making|made|\
             pressur(?:ed|ing)) (?:me|her|him|us) (?:to |into )?(?:work|have sex|do things|sleep with|\
             stay with|marry|sell|prostitut\\w*|do it)|forced (?:to|into) (?:work for|have sex|sleep with|\
             marry|marriage|prostitution|labou?r|do things)|traffick(?:ed|ing|er|ers)|(?:took|taken|takes|\
             has|have|keeps|kept|holding|confiscated) (?:away )?(?:my|her|his|our) (?:passports?|documents|\
             papers|id|phone)(?: (?:and|so|away|from|off)|$)|blackmail\\w*|(?:threatens?|threatened|\
             threatening) (?:me|us|to hurt|to kill|to tell|my)|(?:he|she|they)(?:'ll| will| is going to| are \
             going to|\
             's going to|'re going to| gonna) (?:hurt|kill|beat|punish) (?:me|us|her)|(?:don't|do not|\
             please don't|can't) (?:let|tell) (?:him|her|them|anyone|my husband|my boyfriend|\
             my boss) (?:know|find out|i|where|that i)|(?:he|she|they) (?:controls?|owns?) me|\
             escape from (?:him|her|them|my)",
        unless: "(?:at reception|at the desk|left|forgot|by mistake|photo of|copy \
             of|surprise|birthday|proposal|\
             anniversary|make it work|can you make)",
    },
    Pattern {
        kind: Distress,
        rule: "distress.self_harm",
        words: "(?:kil+|hurt|harm|cut|cutting|killing|hurting|harming|hang|hanging|drown|shoot|unalive|off) \
             (?:my|him|her|them)sel(?:f|\
             ves)|(?:suicid|sucid|suicd|suiside)\\w*|kms|killmyself|(?:wanna|wana|want 2) (?:just \
             )?die|(?:wanna|wana|want 2|gonna|going 2) (?:just )?(?:kms|be dead|end \
             (?:it|things|everything))|feel like dying|\
         (?:no one|nobody|noone) (?:would|will) (?:miss|notice|care) (?:me|if i)|everyone (?:would|will|is) \
         be(?:tter)? (?:better )?off(?: without me)?|(?:see|seeing|there's|there is) no way \
         out|ending (?:it all|things|everything)|(?:jump|jumping) (?:off|from) (?:the|a) \
         (?:bridge|roof|balcony|cliff|building)|(?:want|wish) it (?:all )?to (?:end|be \
         over|stop)|(?:end|take|ending|taking) (?:my|his|her|their) (?:own )?life|(?:want|wants|\
             wanted|going|ready|wish|rather) (?:to|i could|i was|i were) (?:just )?(?:die|be dead|dead|\
             disappear for ?ever)|(?:want(?:ed)? to|gonna|going to|will) end it(?: all)?|(?:hate|\
             end) my life|don't want to (?:live|be alive|wake up|be here any ?more|exist)|(?:no|\
             any) (?:reason|point) (?:to|in|of) (?:live|living|going on|go on)|can't (?:go on|\
             take it any ?more|do this any ?more|live like this|cope)|better off (?:dead|without me)|\
             (?:nothing|no one|nobody|noone) left (?:to live for|for me)|overdos\\w*|took (?:too many|\
             all (?:my|the)) (?:pills|tablets)|self ?harm\\w*|goodbye for ?ever|life is not worth|\
             not worth living",
        unless: "(?:dying to|to die for|overdose of (?:work|fun|sun|cheese|chocolate))",
    },
    Pattern {
        kind: Distress,
        rule: "distress.violence",
        words: "(?:he|she|they|husband|boyfriend|wife|partner|father|dad|man|someone|somebody|ex) (?:just |\
             keeps? |has |is |was |had )?(?:hit|hits|hitting|beat|beats|beaten|beating|hurt|hurts|hurting|\
             attack|attacked|attacking|chok(?:ed|es|ing)|strangl\\w+|punch(?:ed|es)?|kick(?:ed|s)?|\
             stabb(?:ed|ing)|assault\\w*|rap(?:ed|es|ing)|abus(?:ed|es|ing|ive)) ?(?:me|us|my|her|him|\
             the kids|again|$)|(?:i|we|she|he)(?:'ve| have| has| was| were|'m| am|'s| is| got| been)+ \
             (?:being |\
             been )?(?:raped|assaulted|abused|attacked|beaten|stabbed|shot|robbed|mugged|molested|followed|\
             stalked|threatened|drugged|groped)|(?:put|puts|laid|lays) (?:his|her|their) hands on \
             (?:me|her|us)|(?:he|she|they)(?:'ll| will| would| wants to| is going to) kill \
             (?:me|us|her)|hiding from (?:my|him|her|them|\
         someone)|restraining order|(?:he|she)(?:'s| is) (?:dangerous|violent|abusive)|domestic \
         (?:violence|abuse)|(?:women's|womens) (?:shelter|\
             refuge)|(?:afraid|scared|terrified|frightened) (?:that )?(?:he|she|they|someone|\
             somebody) (?:will |is going to |might |may |would )?(?:find|finds|hurt|hurts|kill|kills|come|\
             comes|get|gets|follow|follows|see|sees)|(?:afraid|scared|terrified|frightened) (?:of|\
             for) (?:him|her|them|my (?:life|husband|boyfriend|partner|father|wife|safety|kids|children)|\
             what he)|(?:running|run|ran|getting|get|got) away from (?:him|her|my (?:husband|boyfriend|\
             partner|ex|father|family|parents|home))|(?:stalk(?:s|ed|ing)|drugged) (?:me|us|her|him)|(?:was|\
             been|got|were) drugged|drugged (?:last|and)|(?:broke|breaking|broken|break) in(?:to)? (?:my|\
             our|the|here|through)|(?:following|watching|touched|touching) (?:me|us)(?: (?:here|now|home|\
             around|against|without|again|i)|$)|(?:someone|somebody|a man|a guy|man) (?:is |\
             keeps )?(?:following|trying to (?:get|break) in|in my room|outside my (?:door|window|room))",
        unless: "(?:on instagram|on facebook|following me on)",
    },
    Pattern {
        kind: Distress,
        rule: "distress.emergency",
        words: "(?:call|need|get|send|phone) (?:an? |the |me (?:an? )?)?(?:ambulance|police|911|112|999|\
             paramedics?)|(?:it's|this is|is) an? (?:real |medical )?emergency|medical emergency|(?:can't|\
             cannot|struggling to|hard to) breathe|(?:chest pains?|heart attack|having a stroke|a stroke|\
             seizure|unconscious|not breathing|passed out|collapsed|bleeding|anaphyla\\w*|allergic reaction|\
             panic attack)|(?:smoke (?:in|coming|from|everywhere)|smell(?:s|ing)? (?:of )?(?:gas|smoke|\
             burning)|gas leak|(?:is|house|room|kitchen|place) (?:is )?on fire|there's a fire|\
             carbon monoxide)|(?:i'm|i am|we're|we are|not|feel|feeling) (?:in (?:serious |real |\
             great )?danger|not safe|unsafe|in trouble)|don't feel safe|(?:please|pls) help me(?: (?:i'm|\
             i am|he|she|they|someone|please|now)|$)|(?:somebody|someone|anyone) help|\
             ^(?:@lead )*help (?:me|us)$|(?:had|have had|been in|in) an? (?:\\w+ )?accident|\
             in (?:the )?hospital|hospitali[sz]ed|help me (?:please|now)(?: |$)",
        unless: "(?:emergency (?:exit|contact|number)|in case of|fire ?place|camp ?fire)",
    },
    Pattern {
        kind: Distress,
        rule: "distress.despair",
        words: "(?:i'm|i am|im|so|feeling|feel|really|very) (?:so |very |really |completely |totally |\
             just )*(?:desperate|hopeless|terrified|devastated|suicidal|worthless|petrified|frightened|\
             scared|broken inside)|(?:have|got|had) (?:nowhere|no where|no place|no one|\
             nobody) (?:else )?(?:to go|to turn|to stay|left)|nowhere (?:else )?(?:safe )?(?:to go|to turn)|\
             nowhere to (?:sleep|stay) tonight|kicked (?:me |us )?out of (?:my|our|the) (?:house|home|flat)|\
             (?:i've been|i keep|can't stop|keep) crying|breakdown right now|falling apart|homeless|\
             (?:husband|wife|son|daughter|mother|father|mum|mom|dad|brother|sister|partner|baby) (?:just |\
             has |has just |suddenly )?(?:died|passed away)|lost my (?:husband|wife|son|daughter|mother|\
             father|mum|mom|dad|brother|sister|partner|baby)(?: (?:last|this|yesterday|today|to|and|in a)|\
             $)|having a (?:nervous )?breakdown",
        unless: "(?:of (?:dogs?|heights|spiders|flying|the dark|cats|lifts|stairs)|for (?:a|some) (?:coffee|\
             holiday|beer|break|vacation|sleep)|in the (?:crowd|shop|park|mall|station|museum|market)|car|\
             projects?|museum|shelter work)",
    },
    Pattern {
        kind: Minor,
        rule: "minor.age",
        words: "(?:i'm|i am|im|iam|we're both|we are both|both of us are|i will be|i'll be|i turn|\
             i just turned|i've just turned|my age is|i'm only|i am only|i'm just|i am just|i'm still|\
             we are only|we're only|my friends? and i are|me and my friends? are) (?:only |just |almost |\
             nearly |still |about )?(?:[6-9]|1[0-7]|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|\
             seventeen) ?(?:years? old|year ?old|years|yrs?(?: old)?|y/?o|yo|and (?:a half|my|i|we|want|\
             still|need|travel\\w*|live|can)|but|so|m|f|male|female|girl|boy|in @month|next (?:week|month|\
             year)|can (?:i|we)|is that|, [a-z]+|$)|(?:i'm|i am|im|we're|we are) (?:an? |all |\
             both )?(?:(?:[6-9]|1[0-7]|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|\
             seventeen) years? ?old|(?:[6-9]|1[0-7]) ?yo|minors?|under ?age(?:d)?|under (?:18|eighteen|16|\
             age)|not (?:yet )?(?:18|eighteen|an adult|of age)|(?:a )?teen(?:ager)?s?|high ?schoolers?|a \
             child|a kid|\
             a schoolgirl|a schoolboy|a pupil)|^(?:@lead )*(?:i'm |i am |im )(?:[6-9]|1[0-7])$",
        unless: "minutes|mins|nights|people|weeks|months|rooms|guests|adults|of us|years ago|km|years \
             (?:with|\
             in|here|coming)",
    },
    Pattern {
        kind: Minor,
        rule: "minor.age_hinted",
        words: "(?:i|we) (?:was|were) born in 20(?:1[0-9]|2[0-9])|(?:i'll be|i will be|i turn|turning|i'm \
             turning|i am almost|i'm almost|i'm nearly|almost|nearly|not quite) (?:18|eighteen)(?: (?:in|\
         next|soon|on|this|so|and|but|yet)|$)|17 going on 18|(?:i'm|i am|we're|still) (?:only |just )?in \
         year (?:[5-9]|1[0-3])|(?:i'm|i am) an? (?:[5-9]|1[0-2])(?:th)? grader|(?:i'm|i am) a (?:freshman|\
         sophomore) (?:in|at) high school|(?:age|my age|asl)(?: is)? ?(?:[6-9]|1[0-7])(?: |$)|^(?:@lead \
         )*(?:[6-9]|1[0-7]) ?(?:f|m|yo|y/o)(?: (?:here|and|from|can|looking)|$)|(?:no|don't have) (?:an? \
         )?id (?:because|cos|\
         since) (?:i'm|i am) (?:not|too)|my (?:parents|mum|mom|dad) (?:would|will|'ll|are going to|is going \
         to) kill me|(?:i'm|i am|am|still) (?:only |just )?(?:a )?(?:under|below) (?:the )?(?:legal )?age",
        unless: "(?:my|our|the|his|her|their) (?:\\w+ \
             ){0,3}(?:son|daughter|kids?|child(?:ren)?|boys?|girls?|nephew|niece|brother|sister)s? \
             (?:is|are|was|were|will|turns?)",
    },
    Pattern {
        kind: Minor,
        rule: "minor.age_said",
        words: "(?:both|turning|aged|only) (?:only |just |almost |nearly |still |about )?(?:[6-9]|1[0-7]|ten|\
             eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen) ?(?:years? old|year ?old|years|\
             yrs?(?: old)?|y/?o|yo|and (?:a half|my|i|we|want|still|need|travel\\w*|live|can)|but|so|m|f|\
             male|female|girl|boy|in @month|next (?:week|month|year)|can (?:i|we)|is that|, [a-z]+|$)",
        unless: "(?:my|our|the|his|her|their) (?:\\w+ ){0,3}(?:son|daughter|kids?|child(?:ren)?|boys?|girls?|\
             grand(?:son|daughter|children|kids)|nephew|niece|brother|sister)s? (?:is|are|who|aged|turn\\w*|\
             will)|minutes|mins|nights|people|weeks|months|rooms|guests|adults|of us|years ago|km|\
             years (?:with|in|here|coming)",
    },
    Pattern {
        kind: Minor,
        rule: "minor.allowed",
        words: "(?:is|am i|are we|would|will) (?:1[0-7]|sixteen|seventeen|fifteen) (?:\\w+ )?(?:old enough|\
             too young|allowed|ok|okay|fine)|(?:old enough|too young) to (?:book|stay|check|rent|come|pay|\
             be)|(?:do|does) (?:i|we|you) (?:\\w+ )?(?:have|need) to be (?:over )?(?:18|eighteen|an adult|\
             21)|(?:without|need) (?:an? |my |our )?(?:parents?|guardian|adult)(?:'s)? (?:permission|\
             consent|present|with (?:me|us)|signature|to (?:book|sign|come))|can (?:i|we) (?:book|stay|\
             check in|come) (?:alone )?(?:without (?:my |our |an? )?(?:parents?|adult|guardian)|(?:if|\
             when) (?:i'm|i am|we're|we are|under)\\b)",
        unless: "(?:my|our) (?:son|daughter|kids?|children|child|nephew|niece|teenager)",
    },
    Pattern {
        kind: Minor,
        rule: "minor.home",
        words: "(?:my|our) (?:parents|mum|mom|mother|dad|father|folks|guardian|\
             foster parents) (?:\\w+ )?(?:don't|doesn't|do not|does not|must not|mustn't|can't|won't|\
             shouldn't|not) (?:know|find out|allow|let|agree|approve|hear)|(?:don't|do not|please don't|\
             without) (?:tell|telling|call|calling|contact|contacting|asking) (?:my|our) (?:parents|mum|mom|\
             mother|dad|father|folks|teacher|school)|(?:ran|run|running|sneak\\w*) (?:away|out) (?:from|\
             of) home|ran away|run(?:ning)? away|runaway|(?:i'm|i am|we're|\
             we are) (?:still )?(?:(?:students?|pupils?) )?(?:in|at|from|of) (?:a |\
             the )?(?:my (?:\\w+ )?year (?:of|at|in) )?(?:high|middle|secondary|primary|elementary|\
             junior high) school|(?:i'm|i am|we're) in (?:the )?(?:[5-9]|1[0-2])(?:th)? ?(?:grade|class)|\
             (?:i'm|i am) in year (?:[5-9]|1[0-3])|skip(?:ping)? school|after school (?:i|can|we)|\
             my (?:school )?homework|my teacher",
        unless: "(?:running away from (?:it all|the city|stress|work|winter|the cold)|surprise|anniversary|\
             birthday|present)",
    },
];
