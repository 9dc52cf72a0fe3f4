//! Rules about the house: where it is, when it opens its door, what it has, how it is paid, how to talk to it.

use super::rules::{
    Mark::{Equipment, Existing, Negated, Past, Policy, Question, Service, Theirs, Trouble, Why},
    Rule,
};
use crate::intent::Intent::{
    AmenityAsked, ChannelAsked, CheckInOut, FacilityAsked, HelpAsked, HouseRequest, LocationAsked,
    PaymentAsked, RefundAsked,
};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "location.where",
        intent: LocationAsked,
        words: "where (?:are|is|r|exactly are|exactly is|abouts are) (?:you|u|ya|it|this|\
            the (?:guest ?house|house|place|hotel|property|b&b|bnb)|your (?:guest ?house|house|place|hotel|\
            property))(?: (?:guys|located|based|situated|exactly|at|please))*$|where (?:can|do) (?:i|\
            we) find (?:you|the (?:guest ?house|house|place|hotel))|whereabouts",
        with: &[],
        unless: &[Service, Trouble],
    },
    Rule {
        name: "location.lost",
        intent: LocationAsked,
        words: "can't find (?:your (?:place|house|guest ?house|hotel|address|entrance)|you|the (?:place|\
            house|guest ?house|hotel|address|entrance))(?: |$)",
        with: &[],
        unless: &[Service],
    },
    Rule {
        name: "help.who",
        intent: HelpAsked,
        words: "^(?:@lead )*(?:(?:and )?who (?:is|are|r) (?:this|you|u|that)|who's (?:this|that)|\
            is this (?:the |\\w+ |\\w+'s )*guest ?house)$",
        with: &[],
        unless: &[],
    },
    Rule {
        name: "location.address",
        intent: LocationAsked,
        words: "(?:your|the|exact|full|street|postal|property|house|hotel) (?:\\w+ )?(?:address|location|\
            postcode|zip code|coordinates)|what's the address|^(?:@lead )*(?:address|location|directions)$|\
            (?:send|share|have|drop|give) … (?:address|location|directions|pin|google maps?|map link)",
        with: &[],
        unless: &[Service, Theirs, Trouble],
    },
    Rule {
        name: "location.how_to_get",
        intent: LocationAsked,
        words: "(?:how (?:do|can|to|would|should) (?:i|we|you|one)?|best way to|easiest way to) ?(?:get|\
            reach|find|come|drive|go) (?:to |there|from |you|the (?:guest ?house|house|place|hotel))|\
            directions (?:to|from)|(?:need|help with) directions|how do (?:i|we) (?:get|find|\
            reach) (?:there|you|to you)",
        with: &[],
        unless: &[Service, Trouble],
    },
    Rule {
        name: "check_in.time_asked",
        intent: CheckInOut,
        words: "(?:check ?in|check ?out|check ?in\\w*|checkout|checkin|arrival|departure)",
        with: &[Question],
        unless: &[Service, Trouble, Why, Existing],
    },
    Rule {
        name: "check_in.when_room",
        intent: CheckInOut,
        words: "(?:what|which|until what|from what) time … (?:arrive|come|leave|room … ready|get in|vacate|\
            access)|when … (?:room … ready|leave the room|vacate|need to leave|have to leave|be out)|\
            (?:what time|when) (?:will|is|can|do|should|must) (?:\\w+ ){0,4}(?:room|rooms|keys?|reception|\
            check)",
        with: &[Question],
        unless: &[Service, Trouble, Why],
    },
    Rule {
        name: "check_in.early_late",
        intent: CheckInOut,
        words: "(?:early|late|earlier|later) (?:check ?in|check ?out|checkin|checkout|arrival|departure)|\
            (?:check ?in|check ?out|checkout|checkin) (?:\\w+ ){0,2}(?:early|late|earlier|later|at|before|\
            after|by|than)|(?:arrive|arriving|get there|come|be there) (?:\\w+ ){0,2}(?:late|early|earlier|\
            later|after midnight)|(?:want|like|need|wish) to check ?out",
        with: &[],
        unless: &[Service, Existing, Why],
    },
    Rule {
        name: "amenity.asked",
        intent: AmenityAsked,
        words: "@wifi|parking|car ?park|park (?:my|our|the|a|there|here|on|at|outside|nearby|@num)|\
            where … park|leave (?:my|our|the) car|garage|breakfasts?|@pet",
        with: &[Question],
        unless: &[Service, Equipment, Trouble, Why, Past],
    },
    Rule {
        name: "amenity.wanted",
        intent: AmenityAsked,
        words: "(?:@want|hear about|bring|bringing|have) (?:\\w+ ){0,4}(?:parking(?: spots?| spaces?| place)?|\
            wi ?fi password|park(?: (?:my|our|the|a) car)?)|wi ?fi password|(?:bring|bringing|coming with|\
            come with|travelling with|traveling with|arriving with) (?:\\w+ ){0,3}(?:dogs?|cats?|pets?|\
            puppy)",
        with: &[],
        unless: &[Service, Equipment, Trouble, Why, Negated],
    },
    Rule {
        name: "facility.asked",
        intent: FacilityAsked,
        words: "@service|@equipment",
        with: &[Question],
        unless: &[Trouble],
    },
    Rule {
        name: "facility.wanted",
        intent: FacilityAsked,
        words: "(?:@want|book|booking|reserve|order|arrange|get|cancel|change|modify|keep|move|delay|make|\
            have|had|heard|about) (?:\\w+ ){0,7}?@service|(?:@want|get|have|with|reserve|\
            heard) (?:\\w+ ){0,4}@equipment|(?:send|bring|deliver|give) (?:\\w+ ){0,6}(?:room|breakfast|\
            food|lunch|dinner|@service)|deliver(?:ed)? (?:\\w+ ){0,3}room|\
            ^(?:@lead )*(?:\\w+ )?(?:\\w+ )?@service(?: (?:please|pls))?$|table (?:is )?(?:booked|booking|\
            reservation)|(?:restaurant|spa|dinner|lunch|table|room service) (?:@book|order|team|slot|\
            session|appointment)",
        with: &[],
        unless: &[Trouble],
    },
    Rule {
        name: "request.bring",
        intent: HouseRequest,
        words: "(?:send|bring|get|have|need|want|give|borrow|another|more|extra|\
            additional) (?:\\w+ ){0,4}?(?:towels?|tooth ?brush(?:es)?|tooth ?paste|hair ?dryer|blankets?|\
            shampoo|pillows?|soap|toilet paper|sheets|bed linen|linen|slippers|bath ?robe|coat hangers|\
            hangers|spare key|key card|plug adapter|water bottles?)",
        with: &[],
        unless: &[Trouble],
    },
    Rule {
        name: "request.clean",
        intent: HouseRequest,
        words: "(?:clean|cleaned|cleaning|tidy|make up|service) (?:\\w+ ){0,3}(?:room|bed|bathroom)|\
            housekeeping|cleaners?|cleaning (?:personn?el|staff|lady|service|team)|room (?:be )?cleaned",
        with: &[],
        unless: &[Trouble, Why],
    },
    Rule {
        name: "payment.how",
        intent: PaymentAsked,
        words: "(?:how|when|where|(?:can|could|should|must|do|may) (?:i|we)|what|\
            which) (?:\\w+ ){0,4}(?:pay|prepay|payment|payments|pay for)|(?:accept|\
            take) (?:\\w+ ){0,2}(?:cards?|cash|credit|visa|mastercard|amex|paypal|bitcoin|crypto|apple pay|\
            google pay|revolut|bank transfers?|cheques?|debit)|payment (?:methods?|options?|terms|details|\
            link)|(?:pay|paying) (?:by|with|via|cash|in cash|online|on arrival|in advance|upfront|up front|\
            later|at check)",
        with: &[],
        unless: &[Service, Theirs, Trouble],
    },
    Rule {
        name: "payment.deposit",
        intent: PaymentAsked,
        words: "deposits?|prepayment|down ?payment|bank (?:details|account|transfer)|iban|advance payment",
        with: &[],
        unless: &[Service, Theirs, Trouble, Past],
    },
    Rule {
        name: "refund.word",
        intent: RefundAsked,
        words: "refund(?:s|ed|able)?|money back|reimburse\\w*|(?:get|give) (?:\\w+ ){0,2}(?:deposit|\
            money) back",
        with: &[],
        unless: &[Policy],
    },
    Rule {
        name: "channel.call",
        intent: ChannelAsked,
        words: "(?:can|could|may|shall|should|would|will) (?:i|we|you|u|someone|\
            somebody) (?:\\w+ ){0,2}(?:call|phone|ring|facetime)(?: (?:me|you|u|us|back|now|later|today|\
            tomorrow|to|about|instead|please|on|at)|$)|^(?:@lead )*(?:call|phone|ring) (?:me|us)|(?:give|\
            giving) (?:me|us|you|u) a (?:\\w+ )?(?:call|ring|bell|buzz)|(?:your|a|the|\
            ur) (?:\\w+ )?(?:phone|telephone|mobile|cell|contact|tel|whatsapp) ?(?:number|no)|(?:speak|talk|\
            chat|discuss|over) (?:\\w+ ){0,3}(?:on|over|by) (?:the )?phone|(?:quick|phone) call|(?:can|\
            could|may) (?:i|we) (?:have|get) your number|what's your number|call you|(?:prefer|\
            rather) (?:to )?(?:call|talk|speak)",
        with: &[],
        unless: &[Negated, Trouble, Service],
    },
    Rule {
        name: "channel.video",
        intent: ChannelAsked,
        words: "video ?(?:call|chat|tour|meeting|conference|link)|face ?time|(?:on|over|via|by|\
            through) (?:zoom|skype|teams|google meet|meet|video)|zoom call|skype call|virtual tour",
        with: &[],
        unless: &[Negated],
    },
    Rule {
        name: "channel.visit",
        intent: ChannelAsked,
        words: "(?:can|could|may|possible|like|want|love) (?:\\w+ ){0,4}(?:come|drop|stop|pop|swing|\
            pass) (?:by|over|round|past)(?: and)?(?: (?:see|look|view|have a look|check))?|(?:see|view|\
            visit|look at|inspect) (?:the|your|a) (?:rooms?|place|house|guest ?house|property) (?:first|\
            before|in person|beforehand|today|tomorrow)|(?:a|arrange a|book a) viewing|meet in person",
        with: &[],
        unless: &[Negated, Service],
    },
    Rule {
        name: "channel.app",
        intent: ChannelAsked,
        words: "(?:message|text|contact|reach|write|write to|chat|talk|speak|send|continue|switch|move|add|\
            find|call|are|r) (?:\\w+ ){0,3}(?:on|over|via|by|through|to) (?:\\w+ )?@app|(?:have|use|using|\
            got) (?:\\w+ )?(?:whats ?app|telegram|signal|viber|wechat)|(?:your|ur|my) (?:whats ?app|\
            telegram|viber|wechat|e ?mail)(?: |$)|^(?:@lead )*e ?mail (?:me|us)|(?:can|could|\
            please) (?:\\w+ )?e ?mail (?:me|us|it|you)",
        with: &[],
        unless: &[Negated, Trouble, Past],
    },
];
