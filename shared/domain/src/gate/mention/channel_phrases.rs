//! The phrases in which ways of talking and meeting are proposed, as data.
//!
//! Folded, in the notation of [`Phrasebook`](crate::text::Phrasebook). A word that speaks of little else (`call`,
//! `whatsapp`) is listed bare; a word with other lives (`ring`, `zoom`, `line`) only in phrases. What a bare word means in
//! the names of other things is listed under [`OTHER_SENSES`].

use super::channel::{Way, Weight};
use crate::facts::App;

/// Whom a call reaches. Stands for `{me}` in a phrase.
pub(super) const PERSONS: &str = "(me|us|u|you|ya|him|her|them|one of us)";
/// Opens a proposal. Stands for `{lets}` in a phrase.
pub(super) const PROPOSALS: &str = "(lets|let us|can we|could we|shall we|should we|we can|we could|want to|wanna|happy to|love to|like to|\
     glad to|free to|able to|available to|ready to|time to|fancy a|up for a|quick|how about a|what about a)";

pub(super) const PHRASES: &[(Way, Weight, &[&str])] = &[
    (
        Way::Call,
        Weight::Said,
        &[
            "(call|calls|calling|callin|phonecall|phonecalls|callback|callbacks)",
            "call{me}(now|back|)",
            "called (you|u|me|us|back)",
            "(phone|fone|phoning|phoned|telephone|telephoning) ({me}|ahead|back|up|now|later|today|tomorrow|tonight|\
             anytime|whenever|when|if|the (house|office|studio|shop|reception|number|landline))",
            "(by|over|via|per) (the|) (phone|fone|telephone|landline)",
            "(on|onto|to) the (phone|blower|horn|dog and bone)",
            "(pick up|answer|get|jump|hop) (on|) (the|) phone",
            "(a|the|quick|short|brief|little|free) (phone|telephone|voice) \
             (chat|conversation|consult|consultation|interview|session|catch up|meeting|appointment|talk|convo)",
            "voice (call|calls|chat|note|notes|memo|message|msg)",
            "ring ({me}|back|ahead|round|through|later|now|anytime|whenever|when|if|before|after|today|tomorrow|tonight|\
             the (house|office|studio|shop|reception|number|landline)|my (phone|mobile|cell|number))",
            "(ringing|rang) (me|us|you|u|back)",
            "(a|quick) (wee|quick|little|) (ring back|ding|tinkle|bell|buzz|holler) (later|now|when|whenever|if|today|tomorrow|\
             tonight|anytime|)",
            "(give|gives|giving|gave|drop|gimme|do) (me|us|you|u|ya|him|her|them|it|) a (wee|quick|little|short|) \
             (ring|bell|buzz|shout|holler|tinkle|ding|dingle|tingle|jingle)",
            "gimme a (wee|quick|little|) (ring|bell|buzz|shout|holler|tinkle)",
            "(buzz|bell|dial|dialling|dialing|holler at|belling|buzzing) (me|us|you|u|ya|my|our)",
            "(dial|dialling|dialing|dialled|dialed)",
            "(your|ur|my|our|ya|a) (phone|mobile|cell|cellphone|contact|direct|personal|private|landline|office|home|best|) \
             (number|digits|phone no|nr)",
            "(phone|telephone|mobile|contact|landline|cell) (number|numbers)",
            "(on|to|via|try|at) (my|our|your|the) (mobile|cell|cellphone|landline|handy|phone)",
            "(hop|jump|get|hopping|jumping|getting|leap|dive) (on|onto) (a|the) (quick|short|brief|) \
             (line|phone|blower|chat)",
            "(can|could|shall|may|might|should) we (speak|talk) (today|tomorrow|tonight|now|later|properly|live|on)",
            "(free|available|able|time|easier|better|best|rather|prefer|quicker|faster) to (speak|talk)",
            "(speak|talk|talking|speaking) (live|verbally|directly to {me}|one to one)",
            "(hear|listen to) (your|my|our) voice",
            "(best|good|a|your|the|what|which) number (to|for) (reach|call|ring|phone|contact|get|me|you)",
            "(hotline|helpline|landline|voicemail|voice mail)",
            "(talk|speak) to (you|u|me|us) (on|over) the",
        ],
    ),
    (
        Way::Call,
        Weight::Alone,
        &["(pls|please|just|) (phone|ring|telephone|a ring|a bell|a buzz) (now|later|today|tomorrow|)"],
    ),
    (
        Way::Call,
        Weight::Said,
        &[
            // Spanish
            "(llamame|llameme|llamenos|llamanos|llamarme|llamarnos|llamarte|llamarle|llamarlo|llamarla|llamaros|llamar)",
            "(te|le|os|les|lo|la) (llamo|llamamos|llamare|llamaremos)",
            "(nos|me) (llamas|llama usted|puedes llamar|puede llamar)",
            "(una|alguna|la|por|hacer|quick) llamada",
            "(llamadas|llamadita|telefonazo)",
            "(por|al|via|del) (el|) telefono",
            "(tu|su|mi|vuestro|nuestro|el|un) (numero|telefono|movil|celular)",
            "(echame|dame|pegame|te doy|darte|darme) un (toque|telefonazo|timbrazo)",
            "(marcame|marqueme)",
            // Portuguese
            "(me|nos|te|lhe) (liga|ligue|ligar|ligas|ligamos|ligo|ligarei|telefone|telefona)",
            "(liga|ligue|ligar|ligo|ligamos|telefone|telefona|telefono) (me|nos|te|lhe|pra mim|para mim|para nos|para ti|para voce|\
             para si|pra voce|ja|agora|mais tarde|amanha|hoje|quando)",
            "(uma|por|fazer uma|numa|na) (chamada|ligacao)",
            "(chamadas|ligacoes|telefonema|telefonemas|chamada telefonica)",
            "(por|pelo|ao|no) telefone",
            "(o|) (seu|teu|meu|nosso) (numero|telefone|telemovel|celular|contacto|contato)",
            // French
            "(appelez|appelle|rappelez|rappelle|telephonez|telephone) (moi|nous)",
            "(vous|t|m|nous|te|me) (appeler|appelez|appelle|rappeler|rappelle|telephone|telephoner) (demain|plus tard|quand|ce|maintenant|)",
            "on s (appelle|rappelle)",
            "(un|l|d|par|votre|des|les|petit) (appel|appels)",
            "appel (telephonique|vocal)",
            "(par|au|du) telephone",
            "coup de (fil|telephone|bigo)",
            "passer un coup de fil",
            "(votre|ton|mon|notre) (numero|telephone|portable)",
            // German
            "(rufen|ruft|rufe|ruf) (sie|) (mich|uns|dich|euch|an|mal an|mich an|uns an|einfach an|doch an|gerne an|kurz an|bitte an)",
            "(ich|wir) (rufe|rufen) (sie|dich|euch|)",
            "(anrufen|anzurufen|anrufe|anruf|anrufst|angerufen|ruckruf|zuruckrufen|telefonieren|telefoniere|telefonat|telefonate|\
             telefonisch|telefonieren wir|telefontermin)",
            "(am|per|ubers|uber das|via) (telefon|handy)",
            "(deine|ihre|meine|unsere|eure) (nummer|telefonnummer|handynummer|mobilnummer)",
            "(telefonnummer|handynummer)",
            "(klingel|klingeln sie|klingle|durchklingeln|bimmel) (mal|kurz|) (durch|)",
            // Italian
            "(chiamami|chiamatemi|chiamaci|chiamateci|mi chiami|ci chiami|chiamarmi|chiamarci|chiamarti|chiamarla|chiamarvi|\
             richiamami|richiamarti|telefonami|telefonaci|telefonarmi|telefonarti|telefonare|telefonata|telefonate)",
            "(ti|la|vi|le) (chiamo|chiamiamo|richiamo|telefono|telefoniamo)",
            "(una|per|qualche|la) (chiamata|telefonata)",
            "(chiamate|uno squillo|un colpo di telefono)",
            "(al|per|via|sul) telefono",
            "il (tuo|suo|mio|nostro|vostro) (numero|telefono|cellulare)",
            // Dutch
            "(bel|bellen) (me|mij|ons|je|u|even)",
            "(telefonisch|per telefoon|aan de telefoon|telefoontje|telefoonnummer)",
        ],
    ),
    (
        Way::Video,
        Weight::Said,
        &[
            "(video|vid|videos|skype|zoom|teams|facetime|virtual|webcam|online|live) \
             (call|calls|chat|chats|consult|consults|consultation|consultations|meeting|meetings|meet|session|sessions|conference|\
             conferencing|interview|conversation|catch up|catchup|appointment|viewing|link up|hangout|intro|talk)",
            "(virtual|video|online) (tour|tours|viewing|viewings|visit|coffee|walkthrough|walk through)",
            "(videocall|videocalls|videochat|videochats|videoconference|videocalling|video calling|videoing)",
            "(over|via|by|through|per|por|par|uber|in|tramite) (a|) video",
            "(jump|hop|get|go|come|do) on (a|) (quick|) (video|cam|camera|webcam|screen)",
            "(facetime|face time|facetiming|facetimes|facetimed|skype|skyping|skypes|skyped|webex|jitsi|gotomeeting|videocon)",
            "(on|via|over|by|through|using|use|join|onto|do|have|got|start|send|set up|a|the|my|our|your|quick|into|por|par|per|in|su|auf) \
             (a|the|my|our|) (quick|short|) zoom (call|link|meeting|chat|session|invite|room|id|at|for|today|tomorrow|tonight|later|\
             instead|now|if|when|and|or|with|)",
            "zoom ({me}|call|link|meeting|chat|session|invite|room|with|at|today|tomorrow|tonight|later|instead|now|works|is (fine|\
             good|easier|best|better|ok|okay)|on (monday|tuesday|wednesday|thursday|friday|saturday|sunday))",
            "{lets} (zoom|teams|meet online|meet virtually|video)",
            "(zooming|zoomed) ({me}|with)",
            "(google|g) (meet|meets|duo|hangout|hangouts)",
            "gmeet",
            "meet (link|call) ",
            "(ms|microsoft) teams",
            "(on|via|over|through|using|use|by|a|the|por|par|uber|auf) teams (call|link|meeting|chat|invite|)",
            "(on|via|over|through|using) meet (call|link|)",
            "(screenshare|screen share|share my screen|share your screen|screen sharing|webinar)",
            "(videollamada|videollamadas|videoconferencia|videochamada|videochamadas|chamada de video|chamadas de video|\
             visio|visioconference|appel video|appels video|en visio|videoanruf|videoanrufe|videotelefonat|videogesprach|videokonferenz|\
             videochiamata|videochiamate|videoconferenza|llamada de video|videobellen)",
        ],
    ),
    (
        Way::Video,
        Weight::Alone,
        &["(zoom|video|teams|hangouts|cam|meet) (now|later|today|tomorrow|tonight|then|maybe|)"],
    ),
    (
        Way::InPerson,
        Weight::Said,
        &[
            "(come|pop|drop|stop|swing|nip|pass|coming|popping|dropping|stopping|swinging|came|popped) \
             (on|right|) (over|by|round|around)",
            "(pop|drop|stop|nip|popping|dropping) (on|right|) in",
            "(come|coming|go) (and|) (see|meet|visit) (me|us|him|her|one of us|it|for yourself|the (room|rooms|place|house|studio|\
             flat|shop|office|property))",
            "(come|coming|pop|popping|drop|dropping|stop|stopping) (on|) (down|up|over|by|round|) (to|into|at|in) (my|our|the) \
             (studio|office|shop|salon|workshop|showroom|clinic)",
            "(come|coming) (on|) (down|up|over|round|) to (mine|my (place|house|home|flat|apartment|hotel|room))",
            "(come|coming) for (a|) (visit|look|chat|coffee|viewing|tea|drink|tour|consultation)",
            "(visit|visiting) (me|my|our (studio|office|shop|showroom|salon|workshop|clinic|place))",
            "visit (us|the (house|room|rooms|place|studio|property|flat)) (first|before|beforehand|today|tomorrow|tonight|anytime|any \
             time|whenever|in person|to (see|look|view|talk|chat|discuss))",
            "(pay|paying) (me|us|you|u|them|him|her) a (quick|) visit",
            "(arrange|book|schedule|come for|pop in for|quick|home|site) (a|) (quick|short|home|personal|site|) (visit|viewing)",
            "(meet|meeting|met) (up|in person|face to face|irl|in real life|one on one|one to one)",
            "(meet|meeting) ({me}|) for (a|some|) (quick|) (coffee|tea|drink|drinks|lunch|beer|chat|bite|dinner|breakfast|talk|pint)",
            "(lets|let us|can we|could we|shall we|should we|wanna|want to|free to|available to|happy to|able to) meet",
            "(meetup|meet up|meet ups|meetups|link up|hang out|hanging out)",
            "(arrange|schedule|set up|book|have|plan) (a|an) (quick|short|brief|personal|) (meeting|meet|meet up|meet and greet)",
            "(grab|get|have|go for|share|over|for|fancy|do) (a|some) (quick|cheeky|) (coffee|drink|drinks|pint|beer|bite|cuppa|tea) \
             (together|with (me|us|you|u)|sometime|some time|and (talk|chat|discuss)|to (talk|chat|discuss)|first|beforehand|soon|\
             tomorrow|today|tonight|this week|next week)",
            "(grab|get|have|go for|lets|fancy a|up for a|over a|over) (a|some|) (quick|) coffee",
            "(in person|face to face|facetoface|face2face|f2f|irl|in real life|man to man)",
            "(at|to|over to|round) (my|your) place",
            "(ill|we ll|i will|we will|i can|we can|i could|happy to|let me) (come|pop|drop|swing|drive) (over|round|by|) to (you|u|yours|\
             your (place|home|house|hotel|room|office|flat|apartment))",
            "(come to|over to|round to) (mine|ours|yours)",
            "(have|take) a look (round|around) (the|our|my|first|before|in person)",
            "(view|see|inspect) the (room|rooms|house|place|flat|property|studio) (first|before|beforehand|in person)",
            // Spanish, Portuguese, French, German, Italian
            "(en persona|cara a cara|quedamos|podemos quedar|pasate por|pasa por|pasese por|ven a (verme|vernos|casa|mi|nuestro)|\
             venga a (vernos|verme)|tomar un cafe|tomamos un cafe|nos vemos en persona|visitame|visitanos|visitenos)",
            "(pessoalmente|em pessoa|cara a cara|tomar um cafe|tomamos um cafe|um cafezinho|passa (aqui|por ca|ca em casa)|passe (aqui|\
             por ca)|vem ca|venha ca|venha (nos|me) visitar|encontrar nos|encontramo nos|nos encontrar|nos encontramos)",
            "(en personne|face a face|passez (me|nous) voir|passe (me|nous) voir|passez (chez|au|a la|a l)|prendre un cafe|boire un (cafe|\
             verre)|rencontrons nous|se rencontrer|nous rencontrer|venez (me|nous) voir|viens (me|nous) voir|de vive voix)",
            "(personlich treffen|treffen wir uns|uns treffen|persoenlich treffen|vorbeikommen|vorbeischauen|vorbeizukommen|kommen sie (gerne|\
             doch|einfach|mal|kurz|) vorbei|komm (gerne|doch|einfach|mal|kurz|) vorbei|schauen sie (gerne|doch|einfach|mal|kurz|) vorbei|schau \
             (gerne|doch|einfach|mal|kurz|) vorbei|auf einen kaffee|einen kaffee trinken|von angesicht zu angesicht|besuchen sie (mich|uns \
             (im|vorher|heute|morgen))|komm zu mir)",
            "(di persona|faccia a faccia|prendere un caffe|prendiamo un caffe|un caffe insieme|vediamoci|incontriamoci|passa (a|da) \
             (trovarmi|trovarci|me|noi)|venga a trovar(mi|ci)|vieni a trovar(mi|ci)|fai un salto|faccia un salto)",
        ],
    ),
    (
        Way::InPerson,
        Weight::Alone,
        &["(coffee|visit|meet|drinks|a coffee|a meeting) (today|tomorrow|tonight|later|sometime|)"],
    ),
    (
        Way::Text,
        Weight::Said,
        &[
            "(text|sms) (me|us)",
            "(by|via|over|per|por|par) (text|sms)",
            "(send|drop|shoot) (me|us) (a|an) (quick|) (text|sms)",
            "texting (me|us)",
        ],
    ),
    (
        Way::Email,
        Weight::Said,
        &[
            "(email|emails|emailed|emailing|e mail|e mails|e mailed|e mailing|gmail|hotmail)",
            "(via|by|per|par|por|over|in|me|us|a|my|your|our|the|send) (outlook|e mail|mail)",
            "mail (me|us|{me} (at|the|it))",
            "(mailen sie|mail mir|schreib mir eine mail|eine mail|courriel|correo electronico|por correo|mandame un correo|un correo|\
             correo|una mail|posta elettronica)",
        ],
    ),
    (Way::Email, Weight::Alone, &["(mail|email|e mail) (instead|)"]),
    (
        Way::App(App::WhatsApp),
        Weight::Said,
        &[
            "(whatsapp|whatsap|whatsapps|whatsapping|whatsapped|watsapp|watsap|wassap|whattsapp|whatapp|wazzap|whats app|wapp)",
            "(on|via|over|through|by|my|your|ur|using|use|no|pelo|por|per) (wa|whats|zap|zapzap|wasap|guasap|wpp)",
            "(chama|chame|me chama|fala) (me|) no (whats|zap|wpp|insta|telegram)",
            "(wasap|guasap|wpp|zap zap)",
            "(whatsapp|whats app) (me|us|call|number|chat|group|message)",
        ],
    ),
    (Way::App(App::Telegram), Weight::Said, &["(telegram|tele gram)", "(on|via|my|over) tg"]),
    (
        Way::App(App::Signal),
        Weight::Said,
        &[
            "(on|via|over|through|by|using|use|install|download|to|onto|auf|uber|por|par|su) signal",
            "signal (me|us|app|group|chat|message|works|is (safer|better|best|fine))",
        ],
    ),
    (
        Way::App(App::Instagram),
        Weight::Said,
        &[
            "(insta|instagram|instagrams)",
            "(on|via|my|our|ur|your|over|through|to|the) ig",
            "(dm|dms|dming|dm d|pm me|pm us)",
            "direct message (me|us|instead)",
            "(en|por|em) (mp|dm|privado|prive)",
        ],
    ),
    (
        Way::App(App::Facebook),
        Weight::Said,
        &["(facebook|fbook)", "(on|via|my|our|ur|your|over|through|to) fb", "fb (me|us)"],
    ),
    (
        Way::App(App::Messenger),
        Weight::Said,
        &[
            "(on|via|over|through|by|using|use|fb|facebook|to|my|our|auf|uber|por|par|su) messenger",
            "messenger (me|us|chat|call|app)",
        ],
    ),
    (
        Way::App(App::Snapchat),
        Weight::Said,
        &[
            "(snapchat|snapchats|snap chat)",
            "(add|find|on|via) (me|us|) (on|) (snap|sc)",
            "snap (me|us)",
            "(my|our) snap (is|name)",
        ],
    ),
    (Way::App(App::Viber), Weight::Said, &["viber"]),
    (
        Way::App(App::WeChat),
        Weight::Said,
        &[
            "(on|via|over|through|my|your|our|use|using|by|add (me|us) on|have|a|the) wechat",
            "wechat (me|us|id|app|group)",
            "weixin",
        ],
    ),
    (
        Way::App(App::Line),
        Weight::Said,
        &[
            "(add|message|text|msg|find|reach|contact|call|chat (to|with)|talk to|write to|write|hit up|dm) (me|us) (on|via|through|over) line",
            "(line (id|app|chat|account)|via line|using line|my line id|add my line)",
        ],
    ),
    (Way::App(App::Discord), Weight::Said, &["discord"]),
    (Way::App(App::TikTok), Weight::Said, &["(tiktok|tik tok)"]),
    (
        Way::App(App::Twitter),
        Weight::Said,
        &["(twitter)", "(message|dm|find|add|follow|text|reach) (me|us) on x"],
    ),
    (Way::App(App::LinkedIn), Weight::Said, &["linkedin"]),
    (
        Way::App(App::Slack),
        Weight::Said,
        &["(on|via|over|through|using|join|use) (our|my|the|) slack", "slack (me|us|channel|dm|message)"],
    ),
    (Way::App(App::IMessage), Weight::Said, &["(imessage|i message app)"]),
    (Way::App(App::Threema), Weight::Said, &["threema"]),
    (Way::App(App::KakaoTalk), Weight::Said, &["(kakaotalk|kakao talk|kakao)"]),
    (Way::App(App::Zalo), Weight::Said, &["zalo"]),
    (Way::App(App::Kik), Weight::Said, &["(on|via|my|over) kik", "kik (me|us)"]),
    (Way::App(App::WhatsApp), Weight::Alone, &["(wa|whats|zap) (instead|)"]),
    (Way::App(App::Signal), Weight::Alone, &["signal (instead|)"]),
    (Way::App(App::Instagram), Weight::Alone, &["(ig|dm) (instead|)"]),
    (Way::App(App::Facebook), Weight::Alone, &["fb (instead|)"]),
    (Way::App(App::Messenger), Weight::Alone, &["messenger (instead|)"]),
    (Way::App(App::Snapchat), Weight::Alone, &["snap (instead|)"]),
    (Way::App(App::WeChat), Weight::Alone, &["wechat (instead|)"]),
    (Way::App(App::Line), Weight::Alone, &["line (instead|)"]),
];

/// What holds one of the words above and proposes nothing: names, calls to others, things of the guest's. A phrase is
/// passed over where one of these covers all of it. Lower case, as the folded text is.
pub(super) const OTHER_SENSES: &str = r"(?x)(?-u:\b)(?:
    # naming
      (?:what|whatever|how)\ (?:\w+\ ){0,3}?(?:do|does|did|should|shall|can|could|would|will|to|we|you|i|they|people|locals?|might|may)\ (?:\w+\ ){0,2}?call(?:s|ed|ing)?(?:\ (?:you|him|her|them|me|us|it))?
    | call(?:s|ed|ing)?\ (?:it|this|that|these|those)(?:\ (?:a|an|the|off|quits|one|home|my|our|your|whatever|what))?
    | (?:we|they|i|people|locals|some|many|everyone|guests)\ (?:\w+\ )?call(?:s|ed)?\ (?:it|this|that|them|the|him|her|these|our|my)
    | (?:he|she|everyone|everybody|world)\ calls\ (?:it|this|that|them|the|him|her)
    | je\ m'appelle | s'appelle | on\ (?:l')?appelle
    | (?:is|are|was|were|be|been|being|get|gets|got|it's|that's|what's|so|the|a)[-\ ]called
    | call(?:s|ed|ing)?\ (?:me|us|you)\ (?:a|an|crazy|old[-\ ]fashioned|biased|picky|fussy|nosy|cheesy|paranoid|lazy)
    # calls that are something else
    | (?:roll|wake[-\ ]?up|check[-\ ]?in|close|good|great|bad|tough|judge?ment|curtain|casting|cold|wise|last|bird|animal|mating|rallying|clarion)[-\ ]calls?
    | (?:it's|it\ is|that's|that\ is|its|totally|entirely|completely|really)\ (?:\w+\ )?(?:your|my|his|her|their)\ call
    | on[-\ ]call
    | (?:port|ports)\ of\ call
    | calls?\ (?:of|to\ (?:prayer|mind|arms|order|action|question|account|attention)|sheets?|times?|cent(?:re|er)s?|signs?|for\ (?:papers|entries|artists|help|a\ |an\ |some\ |more\ |warm|sun|good|layers|rain|special))
    | call(?:ed|ing|s)?\ (?:for\ (?:rain|sun|snow|showers|wind|a\ |an\ |celebration|cake|clear|something)|upon|into\ question|to\ mind|attention\ to)
    | (?:tour|trip|walk|event|shoot|session|forecast|weather|recipe|occasion|situation|dish|day|job|route)\ calls?\ for
    | call[-\ ]?(?:out|outs)(?:\ (?:fee|charge|cost|price))?
    | calling\ (?:all|card|cards|birds?|it|out|for)
    | (?:duty|nature|adventure|bed|home|coffee|summer)\ calls | (?:so|too\ close\ to|no)[-\ ]call(?:ed)?
    | call(?:ed|ing|s)?\ (?:for\ )?(?:a|an|the|your|you\ a|for\ a|for\ an)\ (?:taxi|cab|uber|ambulance|doctor|plumber|electrician|locksmith|police|garda[ií]?|guards|restaurant|museum|airline|fire|emergency|bank|bouncer|lift|elevator|waiter|driver|venue|winery|caf[eé]|bar)
    | call(?:ed|ing|s)?\ (?:the\ )?(?:police|emergency|999|112|911|an\ ambulance)
    | (?:call|calling|text)\ (?:it\ )?(?:a\ day|a\ night|quits|dibs|shotgun)
    | local\ calls?\ | (?:missed|phone|free|international|local)\ calls?\ (?:are|cost|from\ the\ room)
    | (?:prefer|rather)\ (?:to\ )?(?:text|texts|texting|write|writing|messages?|messaging|chat|chatting)\ (?:\w+\ ){0,2}(?:to|over|than)\ (?:a\ |any\ )?(?:phone\ )?call(?:s|ing)?
    # the other words
    | dial(?:ling|ing|led|ed)?\ (?:it|down|back|up\ the|in\ the\ (?:light|colou?rs?|look|exposure|settings)) | (?:speed|sun)[-\ ]?dial | dial\ tone
    | (?:phone|telephone|mobile|contact)\ numbers?\ (?:is|are)\ not\ (?:needed|required)
    | (?:your|ur|my|our|a)\ (?:best\ |home\ )?number\ (?:of|one|1|plate|two|2)(?-u:\b)
    | (?:(?:with|on|use|using|a|the|my|our|your|have|got|do|by)\ ){0,3}zoom(?:s|ed|ing)?\ (?:in|out|into|lens|lenses|range|level|past|through|off|ring) | (?:\d+x|optical|digital|telephoto|wide|a|the|my|your|our)\ zoom(?:\ (?:lens|lenses|in|out|range|level|function))
    | (?:search|rescue|mountain|ground|medical|local|two|both|other|sports|football|school|our|the|your|all)\ teams\ (?:of|are|will|have|can|at|in|from|on)
    | live\ (?:chat|talk|session|sessions|music\ session|music\ sessions|meet)
    | (?:message|text|contact|reach|find|call|chat\ (?:to|with)|talk\ to|write\ to|write|msg|add|hit\ up)\ (?:me|us)\ online
    | (?:come|came|coming|pop|drop|stop)\ (?:over|round|around)\ (?:the\ (?:hill|bend|corner|top)|all|again)
    | stop(?:ping|s)?\ (?:by|over|in|at)\ (?:the\ (?:kitchen|bar|garden|lounge|dining\ room|terrace|river|beach|market|cafe|caf[eé]|church|castle|bridge|viewpoint|harbou?r|sea|bakery|lake|winery|port|way)|a\ |lisbon|porto|galway)
    | drop(?:ping|s)?\ (?:in|by|into|around|round)\ (?:temperature|price|the\ (?:sea|ocean|river|bucket)|a\ )
    | (?:we|i|they)\ (?:stop|drop|pass|pop|come)\ (?:by|in|into|over|around|round)\ (?:the|a|an|at|some|several|many|old|local|two|three)
    | pass(?:es|ing)?\ (?:by|over|round|around)\ (?:the|a|an|some|many|old|our|on)
    | come\ (?:over|round|around)\ (?:to\ the\ idea|to\ it)
    | (?:the|a|is|an)\ (?:perfect|great|good|ideal|popular|favou?rite|nice|lovely)\ hang\ ?out
    | (?:a|the|your|first|next|last|return|second|third|short|museum|site|family|whole|lovely|memorable|wonderful|great|pleasant|enjoy\ (?:a|the|your))\ (?:\w+\ )?visit\ (?:to\ (?:the|a|an|our\ (?:city|town|country)|[a-z]+)|of\ the|will|is|was|here|lasts)
    | (?:per|par|por|in|via|by|the|a)\ mail\ ?(?:box|order)
)";
