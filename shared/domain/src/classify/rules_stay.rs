//! Rules about a stay: its price, its dates, its booking.

use super::rules::{
    Mark::{
        Anew, Basics, Condition, Duration, Equipment, Existing, Negated, NotToCancel, Past, Policy, Question,
        Service, Theirs, Trouble, Why, WithoutOne,
    },
    Rule,
};
use crate::intent::Intent::{
    AvailabilityAsked, BookingCancel, BookingChange, BookingQuery, BookingWanted, DiscountAsked, GroupAsked,
    PriceAsked,
};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "price.how_much",
        intent: PriceAsked,
        words: "how much(?: money)?(?: (?:is|are|does|do|would|will|for|per|a|the|to|it|u|you|each|exactly|\
            altogether|in total)|$)|what (?:does|would|do|will) … (?:cost|charge|pay|come to)|\
            how much … (?:cost|charge|pay|stay|night)",
        with: &[],
        unless: &[Service, Equipment, Basics, Duration, Theirs],
    },
    Rule {
        name: "price.word_asked",
        intent: PriceAsked,
        words: "(?:price|prices|rate|rates|cost|costs|tariffs?|pricing|price list|quote|quotation)",
        with: &[Question],
        unless: &[Service, Equipment, Basics, Trouble, Why, Theirs],
    },
    Rule {
        name: "price.requested",
        intent: PriceAsked,
        words: "(?:send|give|tell|get|have|know|like|want|need) … (?:prices?|rates?|costs?|tariffs?|quote|\
            quotation)",
        with: &[],
        unless: &[Service, Equipment, Basics, Trouble, Negated, Theirs],
    },
    Rule {
        name: "price.alone",
        intent: PriceAsked,
        words: "^(?:@lead )*(?:the )?(?:room )?(?:price|prices|rate|rates|cost|costs) (?:per|for|of) \\w+|\
            ^(?:@lead )*(?:the )?(?:room )?(?:price|prices|rate|rates|cost|costs|\
            how expensive)(?: (?:please|pls|per night|a night|for (?:a|one|two) (?:night|nights)))?$|\
            how expensive",
        with: &[],
        unless: &[Service, Equipment, Basics, Theirs],
    },
    Rule {
        name: "discount.word",
        intent: DiscountAsked,
        words: "discounts?|cheaper|(?:lower|better|special|reduced|good|best) (?:price|rate|deal|offer)|\
            best you can do|do (?:\\w+ )?better|any (?:deals?|offers?|promo\\w*|specials?(?: offers?| deals?| rates?| prices?)$)|\
            negotiab\\w+|negotiate|knock … off|promo(?:tion)? code|coupon|(?:voucher|discount) code|\
            last ?minute (?:deal|offer|price)|(?:off ?season|low season) (?:price|rate)",
        with: &[],
        unless: &[Service],
    },
    Rule {
        name: "discount.less",
        intent: DiscountAsked,
        words: "(?:reduce|lower|drop|match|beat|come down on) (?:\\w+ ){0,3}(?:prices?|rates?|cost)|\
            (?:price|rate|cost|it) … (?:lower|less|cheaper) (?:if|for|when)|for less|a bit less|\
            competitors? … (?:prices?|rates?)|(?:go|do|any) (?:\\w+ )?(?:lower|cheaper)",
        with: &[],
        unless: &[Service],
    },
    Rule {
        name: "discount.too_much",
        intent: DiscountAsked,
        words: "(?:too|very|quite|rather|pretty|so|bit|little|a lot) (?:\\w+ )?(?:expensive|pricey|pricy|\
            steep)|that's a lot|(?:that's|that is|it's|it is|bit|way) too much(?: for (?:me|us))?$|(?:over|\
            above|beyond|out of|outside|more than) (?:my|our) budget|can't afford|overpriced",
        with: &[],
        unless: &[Service],
    },
    Rule {
        name: "availability.have_room",
        intent: AvailabilityAsked,
        words: "(?:do|have|would|will|did) (?:you|u|ye|they)(?: guys)?(?: still)? (?:have|got|\
            having) … (?:@room|availab\\w+|vacanc\\w+|space|anything|something)|(?:have|\
            got) (?:you )?(?:any|a|an) … (?:@room|availab\\w+|vacanc\\w+|space)|(?:do|have) (?:you|\
            u) … (?:free|available)",
        with: &[Question],
        unless: &[Service, Equipment, Basics, Existing, Why],
    },
    Rule {
        name: "availability.is_free",
        intent: AvailabilityAsked,
        words: "(?:is|are|will|would) (?:there|you|u|it|the|a|any) … (?:available|availability|free|vacant|\
            vacanc\\w+|rooms? left|booked out|fully booked|full)|(?:@room|nights?|dates?|weekend|anything|\
            something|spaces?) … (?:available|free|left|vacant)|any (?:\\w+ )?(?:@room|availability|\
            vacanc\\w+|space)",
        with: &[Question],
        unless: &[Service, Equipment, Basics, Existing, Why],
    },
    Rule {
        name: "availability.word",
        intent: AvailabilityAsked,
        words: "(?:check|know|ask|asking|about|your|what's the|wondering) … (?:availability|vacanc(?:y|\
            ies))|^(?:@lead )*(?:any )?(?:availability|vacanc(?:y|ies))|are you open|what dates",
        with: &[],
        unless: &[Service, Equipment, Basics, Existing],
    },
    Rule {
        name: "booking.book",
        intent: BookingWanted,
        words: "(?:@want|can|could|may|let|let's|how (?:do|can|to|could)|please|\
            shall) (?:\\w+ ){0,3}(?:to )?(?:book|reserve)(?: (?:a|an|the|it|one|two|three|@num|me|us|for|in|\
            from|now|with|your|to|some|this|that|next|hotel|accomm?odation|directly|online|@room)|$)|\
            ^(?:@lead )*(?:book|reserve) (?:a|an|the|it|one|two|@num|me|us|for|in|from|now|this|that|\
            tomorrow|tonight|today)|would to book",
        with: &[],
        unless: &[Service, Existing, Why, Negated, Past],
    },
    Rule {
        name: "booking.make",
        intent: BookingWanted,
        words: "(?:make|open|do|place|start|like|want|need) (?:a|an|another|one) (?:\\w+ )?@book|(?:new|\
            another|additional) (?:room |hotel )?@book|(?:make|want|wana|wanna|need|\
            like) (?:\\w+ )?a new one|^(?:@lead )*a new one|book a reservation|(?:don't|\
            do not) have a @book|haven't (?:\\w+ )?(?:a @book|booked)",
        with: &[],
        unless: &[Service, Trouble, Why],
    },
    Rule {
        name: "booking.room_wanted",
        intent: BookingWanted,
        words: "@want (?:to )?(?:get |have |find |rent |take |for |at )?(?:a|an|one|some|\
            @num) (?:\\w+ ){0,2}(?:@room|place to stay|bed for|nights?|hotel)|(?:can|could|may) (?:i|\
            we) (?:get|have|take|rent) … (?:@room|nights?)|(?:i'll|we'll|i will|we will) take … (?:@room|\
            it)|(?:we|i|will) take it",
        with: &[],
        unless: &[Service, Equipment, Basics, Existing, Why, Negated, Trouble, Theirs],
    },
    Rule {
        name: "booking.stay_wanted",
        intent: BookingWanted,
        words: "@want (?:\\w+ ){0,2}(?:to )?(?:stay|come and stay|come (?:today|tonight|tomorrow|on|from|\
            for))|(?:can|could|may) (?:i|we) (?:come|stay) (?:for|on|from|at|with|tonight|tomorrow)|\
            ^looking for (?:tomorrow|tonight)|(?:i'm|we're|i am|we are) looking for (?:tomorrow|tonight|\
            today|@num nights?)",
        with: &[],
        unless: &[Service, Existing, Why, Negated, Theirs],
    },
    Rule {
        name: "change.booking",
        intent: BookingChange,
        words: "(?:change|changing|modify|amend|alter|update|move|shift|reschedule|postpone|push|adjust|\
            edit|correct|switch|swap|extend|shorten|upgrade|rebook|delay) (?:\\w+ ){0,5}?(?:@book|dates?|\
            nights?|@room|stay|guests?|number|people|persons|adults|kids|children|names?|check ?-?in|\
            check ?-?out|checkin|checkout|arrival|departure)|@book … (?:changed|moved|amended|modified|\
            updated|extended|rescheduled|postponed)",
        with: &[],
        unless: &[Service, Condition, Policy],
    },
    Rule {
        name: "change.short",
        intent: BookingChange,
        words: "rebook|re ?book|(?:want|like|need|can i|can we|could i|could we|how (?:can|\
            do) i) (?:to )?(?:change|modify|amend|move|postpone|extend|reschedule) (?:it|one|mine|ours|\
            that)|^(?:@lead )*(?:change|modify|amend|update) (?:it|one|that)|change … to (?:a|\
            the) (?:different|other|another) (?:day|date)",
        with: &[],
        unless: &[Service, Condition, Policy],
    },
    Rule {
        name: "change.more_or_less",
        intent: BookingChange,
        words: "(?:add|put|include|remove|drop|bring) (?:\\w+ ){0,4}(?:people|persons?|guests?|adults?|\
            kids?|child(?:ren)?|nights?|@room) (?:to|under|on|in|from) … @book|(?:stay|staying|book|add|\
            extend by) (?:for )?(?:one|an|a|@num) (?:more|extra|additional|further) (?:nights?|days?)|\
            (?:one|a|an|@num) (?:person|people|guests?|nights?|adults?) (?:less|fewer|more)|(?:fewer|more|\
            less) (?:people|guests|nights) … than|(?:arrive|arriving|come|coming|leave|leaving|stay) (?:a|\
            one|@num) (?:day|night)s? (?:earlier|later|longer)|leave (?:a day|slightly|one day|\
            @num days?) (?:earlier|later)",
        with: &[],
        unless: &[Service, Condition],
    },
    Rule {
        name: "cancel.booking",
        intent: BookingCancel,
        words: "(?:cancel|cancelling|canceling|call off) (?:\\w+ ){0,5}?(?:@book|@room|stay|nights?|trip|\
            visit|dates?|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tonight)|\
            make a cancellation|(?:need|want|have|had|like|must) to cancel(?: (?:sorry|unfortunately|\
            because|as|due|it|that|this|everything|all|please|my|our|the)|$)|@book … (?:cancelled|canceled|\
            to cancel)|^(?:@lead )*cancel (?:it|that|everything|my|our|the)",
        with: &[],
        unless: &[Service, NotToCancel, Why, Policy, Condition],
    },
    Rule {
        name: "cancel.cannot_come",
        intent: BookingCancel,
        words: "(?:can't|cannot|can not|won't be able to|not able to|unable to|not going to|\
            no longer able to|won't) (?:come|make it|travel|attend|be coming)(?: (?:anymore|any more|\
            after all|to our|to my|on|this|next|for|due|because|as|tomorrow|tonight)|$)",
        with: &[],
        unless: &[Service, Condition, Question],
    },
    Rule {
        name: "query.my_booking",
        intent: BookingQuery,
        words: "(?:my|our|existing|current|the|that|this) (?:\\w+ ){0,2}@book|\
            ^(?:@lead )*(?:an )?existing (?:one|@book)|existing one|@book (?:number|reference|confirmation|\
            code|details|already made)|confirm (?:\\w+ ){0,3}@book",
        with: &[],
        unless: &[Service],
    },
    Rule {
        name: "query.have_one",
        intent: BookingQuery,
        words: "(?:i've|we've|ive|have|had|got|made|there's|it's|its) (?:got )?(?:a|an|the|one|already a|\
            already made a) (?:\\w+ ){0,2}@book|(?:already|have|i've|i|we) (?:\\w+ )?(?:booked|\
            reserved) (?:a|with|from|for|last|on|the|already|through|via)|already (?:have|got|made) (?:one|\
            a|an)|i have one",
        with: &[],
        unless: &[Service, Anew, WithoutOne],
    },
    Rule {
        name: "group.size",
        intent: GroupAsked,
        words: "(?:group|party|team|class|band|crew) of (?:[1-9][0-9]|about [1-9][0-9]|around [1-9][0-9]|\
            ten|eleven|twelve|fifteen|sixteen|eighteen|twenty|thirty|forty|fifty)|(?:whole|entire|\
            complete) (?:house|guest ?house|place|property)|all (?:of )?(?:your|the) rooms|exclusive use|\
            group (?:booking|rate|price|reservation|stay)",
        with: &[],
        unless: &[Service],
    },
    Rule {
        name: "group.event",
        intent: GroupAsked,
        words: "(?:host|hold|organi[sz]e|organi[sz]ing|celebrate|throw|plan|planning|having|have|for) (?:a|\
            an|our|my|the|us) (?:\\w+ ){0,2}(?:wedding|retreat|seminar|workshop|conference|reunion|\
            company event|event|birthday party|party for|stag do|hen do|hen party|bachelor\\w* party|\
            team ?building|offsite|family gathering)|wedding (?:guests|party)|school trip",
        with: &[],
        unless: &[],
    },
];
