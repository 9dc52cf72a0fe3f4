//! Which intent wins when several show in one message. Where the order says nothing there is none: a wrong answer is
//! worse than none.

use crate::intent::Intent::{
    self, AmenityAsked, AvailabilityAsked, BookingCancel, BookingChange, BookingQuery, BookingWanted,
    ChannelAsked, CheckInOut, Complaint, DiscountAsked, FacilityAsked, GroupAsked, HouseRequest, HumanWanted,
    LocationAsked, LostProperty, PaymentAsked, PriceAsked, RefundAsked, StayDetails, WrongPlace,
};

/// Who wins over whom, and why: the left one's answer is right for a message that also shows the right ones.
const WINS: &[(Intent, &[Intent])] = &[
    // A person who answers a complaint or takes something lost in hand sees the rest of the message as well.
    (
        Complaint,
        &[
            PriceAsked,
            DiscountAsked,
            AvailabilityAsked,
            StayDetails,
            BookingWanted,
            BookingChange,
            BookingCancel,
            BookingQuery,
            GroupAsked,
            LocationAsked,
            CheckInOut,
            AmenityAsked,
            FacilityAsked,
            HouseRequest,
            PaymentAsked,
            RefundAsked,
            ChannelAsked,
            LostProperty,
            WrongPlace,
        ],
    ),
    (
        LostProperty,
        &[
            StayDetails,
            BookingQuery,
            CheckInOut,
            AmenityAsked,
            FacilityAsked,
            HouseRequest,
            LocationAsked,
            BookingWanted,
        ],
    ),
    // What is sought elsewhere is not to be had here, whatever else is asked about it.
    (
        WrongPlace,
        &[
            PriceAsked,
            DiscountAsked,
            AvailabilityAsked,
            StayDetails,
            BookingWanted,
            LocationAsked,
            AmenityAsked,
        ],
    ),
    (GroupAsked, &[PriceAsked, DiscountAsked, AvailabilityAsked, StayDetails, BookingWanted, FacilityAsked]),
    // A wish for another channel is answered first: the rest can then be asked in writing.
    (
        ChannelAsked,
        &[
            PriceAsked,
            DiscountAsked,
            AvailabilityAsked,
            StayDetails,
            BookingWanted,
            BookingQuery,
            LocationAsked,
            CheckInOut,
            AmenityAsked,
            PaymentAsked,
        ],
    ),
    (RefundAsked, &[PriceAsked, StayDetails, BookingCancel, BookingQuery, PaymentAsked]),
    (BookingCancel, &[StayDetails, BookingQuery, CheckInOut]),
    (
        BookingChange,
        &[StayDetails, BookingQuery, CheckInOut, AvailabilityAsked, BookingWanted, DiscountAsked],
    ),
    (DiscountAsked, &[PriceAsked, StayDetails, AvailabilityAsked, BookingWanted, BookingQuery]),
    // Facilities are answered by a person, who then sees that more was asked.
    (
        FacilityAsked,
        &[
            PriceAsked,
            StayDetails,
            AvailabilityAsked,
            BookingWanted,
            BookingChange,
            BookingCancel,
            BookingQuery,
            LocationAsked,
            CheckInOut,
            AmenityAsked,
            PaymentAsked,
            DiscountAsked,
        ],
    ),
    (HouseRequest, &[StayDetails, FacilityAsked, AmenityAsked, BookingWanted, BookingQuery, CheckInOut]),
    (PaymentAsked, &[PriceAsked, StayDetails, BookingQuery]),
    (AmenityAsked, &[LocationAsked, StayDetails, BookingQuery, CheckInOut]),
    (BookingWanted, &[AvailabilityAsked, StayDetails]),
    (AvailabilityAsked, &[StayDetails]),
    (PriceAsked, &[StayDetails]),
    (CheckInOut, &[StayDetails, BookingQuery]),
    (LocationAsked, &[StayDetails, BookingQuery]),
    (BookingQuery, &[StayDetails]),
    (
        HumanWanted,
        &[
            Complaint,
            LostProperty,
            WrongPlace,
            GroupAsked,
            ChannelAsked,
            RefundAsked,
            BookingCancel,
            BookingChange,
            DiscountAsked,
            FacilityAsked,
            HouseRequest,
            PaymentAsked,
            AmenityAsked,
            BookingWanted,
            AvailabilityAsked,
            PriceAsked,
            CheckInOut,
            LocationAsked,
            BookingQuery,
            StayDetails,
        ],
    ),
];

/// The intent that wins over every other shown; none when two are left that the order does not compare.
pub(crate) fn winner(shown: &[Intent]) -> Option<Intent> {
    let mut left = shown.iter().filter(|intent| !shown.iter().any(|other| wins(*other, **intent)));
    let first = left.next()?;
    left.all(|other| other == first).then_some(*first)
}

fn wins(winner: Intent, loser: Intent) -> bool {
    WINS.iter().any(|(intent, over)| *intent == winner && over.contains(&loser))
}

/// True for intents that a person answers, or whose reply promises that a person will: what else the message says is
/// read by that person, so that a sentence no rule understands does no harm.
pub(crate) fn is_read_by_a_person(intent: Intent) -> bool {
    matches!(
        intent,
        Complaint
            | LostProperty
            | GroupAsked
            | RefundAsked
            | FacilityAsked
            | HouseRequest
            | HumanWanted
            | BookingQuery
    )
}

#[cfg(test)]
mod tests {
    use strum::VariantArray as _;

    use super::*;

    #[test]
    fn nobody_wins_over_whom_they_lose_to() {
        for one in Intent::VARIANTS {
            assert!(!wins(*one, *one), "{one}");
            for other in Intent::VARIANTS {
                assert!(!(wins(*one, *other) && wins(*other, *one)), "{one} and {other}");
            }
        }
    }

    #[test]
    fn a_complaint_wins_over_a_question_and_two_questions_stay_open() {
        assert_eq!(winner(&[AmenityAsked, Complaint, BookingQuery]), Some(Complaint));
        assert_eq!(winner(&[PriceAsked, AmenityAsked]), None);
        assert_eq!(winner(&[PriceAsked, PriceAsked]), Some(PriceAsked));
        assert_eq!(winner(&[BookingCancel, BookingChange]), None);
        assert_eq!(winner(&[]), None);
    }
}
