//! Rules about what goes wrong, and about small talk that is about something.

use super::rules::{
    Mark::{Condition, ForgotToDo, NoTrouble, Opening, Policy, Pricey, Why},
    Rule,
};
use crate::intent::Intent::{Complaint, LostProperty};

pub(crate) const RULES: &[Rule] = &[
    Rule {
        name: "complaint.not_working",
        intent: Complaint,
        words: "(?:not|isn't|aren't|doesn't|don't|didn't|does not|do not|never|hasn't|haven't|stopped|won't|\
            wasn't|weren't) (?:\\w+ ){0,2}(?:work|working|works|worked|load|loading|connect|connecting|\
            responding|functioning|clean|cleaned|flush\\w*|turn on|switch on|open|made up)(?: |$)|broken|\
            out of order|faulty|defect\\w*|(?:is|are|just|totally|completely|went|gone) (?:\\w+ )?(?:dead|\
            down|bust|busted)|can't (?:get online|connect|log in|sleep|open|get in|get into|access|turn)|\
            doesn't seem to (?:work|be working)|isn't working",
        with: &[],
        unless: &[NoTrouble, Condition],
    },
    Rule {
        name: "complaint.state_of_things",
        intent: Complaint,
        words: "(?:dirty|filthy|unclean|messy|huge mess|a mess|smelly|stinks?|stinking|disgusting|\
            cockroach\\w*|bed ?bugs?|mouse|mice|rats?|mou?ldy?|leak(?:s|ing|ed)?|flood\\w*|clogged|blocked|\
            only cold water|no (?:hot )?water|no (?:electricity|power|heating|internet|towels?|soap|shampoo|\
            toilet paper|signal)|too (?:loud|noisy|cold|hot)|so (?:loud|noisy)|noise|freezing)",
        with: &[],
        unless: &[NoTrouble, Opening, Condition],
    },
    Rule {
        name: "complaint.fix",
        intent: Complaint,
        words: "(?:fix|repair|unblock) (?:the|my|our|this|it|that|a|air)|something's wrong|\
            something is wrong|(?:wrong|problems?|issues?|trouble) with|due to some issues|\
            there's no (?:\\w+ )?(?:water|shampoo|towels?|soap|power|heating|paper|electricity)|\
            locked (?:myself |ourselves |me |us )?out|(?:been|is|gets?|keeps?) (?:\\w+ )?(?:stuck|\
            cutting out|disconnecting|dropping)|(?:wi ?fi|internet|connection|signal|shower|heating|room|\
            bed) (?:\\w+ ){0,4}(?:bad|slow|weak|terrible|awful|poor|useless)|so slow",
        with: &[],
        unless: &[NoTrouble, Condition],
    },
    Rule {
        name: "complaint.unhappy",
        intent: Complaint,
        words: "(?:complain\\w*|complaint|unacceptable|disappoint(?:ed|ing|ment)|terrible|awful|horrible|\
            dreadful|rude|ridiculous|appalling|worst|nightmare|ruined|disgrace\\w*|scam|scammed|rip ?off|\
            ripped off|cheated|unhappy|dissatisfied|not (?:\\w+ )?(?:happy|satisfied|pleased|impressed|\
            as described|what (?:we|i) (?:booked|paid|expected))|fed up|waste of)",
        with: &[],
        unless: &[NoTrouble, Condition],
    },
    Rule {
        name: "complaint.charged",
        intent: Complaint,
        words: "(?:over ?charged|charged (?:\\w+ ){0,2}(?:twice|too much|double|wrong|more)|wrong (?:amount|\
            room|bill)|double ?booked|higher than (?:what )?(?:we|i|was)|still waiting|been waiting|\
            waiting (?:\\w+ ){0,2}(?:for )?@num (?:minutes|hours)|(?:nobody|no one|noone|\
            no-one) (?:\\w+ )?(?:answers?|answered|answering|here|came|is here|there|replies|replied|opens?|\
            at the)|at the (?:door|reception desk|reception) for @num (?:minutes|hours)|what's going on)",
        with: &[],
        unless: &[NoTrouble],
    },
    Rule {
        name: "complaint.why",
        intent: Complaint,
        words: "why (?:didn't|doesn't|can't|can i not|won't|isn't|hasn't|wasn't|haven't)|why (?:is|are|\
            was) … so",
        with: &[Why],
        unless: &[NoTrouble, Policy, Pricey],
    },
    Rule {
        name: "lost.thing",
        intent: LostProperty,
        words: "(?:lost|left|left behind|forgot|forgotten|misplaced|dropped) (?:\\w+ ){0,4}@thing(?: |$)|\
            @thing (?:\\w+ ){0,3}(?:missing|lost|stolen|gone|left behind)|can't (?:seem to )?find (?:my|our|\
            the|his|her) (?:\\w+ )?@thing",
        with: &[],
        unless: &[Condition, ForgotToDo],
    },
    Rule {
        name: "lost.said",
        intent: LostProperty,
        words: "lost property|lost (?:and|&|n) found|(?:i've|i|we|have|we've) lost (?:it|them|something)|\
            left (?:something|it|one of|some of|them)(?: \\w+)* (?:behind|in|at|there|somewhere)|(?:hand|\
            handed|turn|turned) (?:it|them|one|anything|something) in|(?:did|has|have) (?:you|anyone|\
            someone|anybody) (?:\\w+ )?(?:find|found) (?:a|an|my|our|the|it|any|something|one)(?: |$)|\
            (?:stolen|stole|theft|robbed|burgled|pickpocket\\w*)",
        with: &[],
        unless: &[],
    },
];
