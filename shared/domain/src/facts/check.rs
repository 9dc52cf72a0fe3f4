//! What must hold across the fields of facts.

use jiff::tz::TimeZone;

use super::{
    error::FactsError,
    rate::{Deposit, Rate},
    schema::Facts,
};
use crate::money::Amount;

/// Most entries of any list or table.
const ENTRIES_MAX: usize = 200;
/// Longest single text, in characters.
const TEXT_MAX_CHARS: usize = 300;

impl Facts {
    pub(super) fn check_texts(&self) -> Result<(), FactsError> {
        for (field, text) in self.texts() {
            let reason = if text.trim().is_empty() {
                "must not be empty".to_owned()
            } else if text.trim() != text {
                "must not start or end with a space".to_owned()
            } else if text.chars().any(char::is_control) {
                "must be one line without control characters".to_owned()
            } else if text.chars().count() > TEXT_MAX_CHARS {
                format!("must be at most {TEXT_MAX_CHARS} characters long")
            } else {
                continue;
            };
            return Err(FactsError::field(field, reason));
        }
        for (table, topics) in [("house", &self.house), ("notices", &self.notices)] {
            let is_name = |topic: &&String| {
                topic.starts_with(|c: char| c.is_ascii_lowercase())
                    && topic.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            };
            if let Some(topic) = topics.keys().find(|topic| !is_name(topic)) {
                let reason = "a topic is named with a-z, 0-9 and `_`, starting with a letter";
                return Err(FactsError::field(format!("{table}.{topic}"), reason));
            }
        }
        Ok(())
    }

    /// Every free text with the path of its field.
    pub(crate) fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = Vec::new();
        texts.extend(self.about.iter().map(|text| ("about".to_owned(), text.as_str())));
        if let Some(business) = &self.business {
            texts.push(("business.name".to_owned(), &business.name));
            texts.extend(business.owner.iter().map(|text| ("business.owner".to_owned(), text.as_str())));
        }
        for (index, rate) in self.rates.iter().enumerate() {
            texts.push((format!("rates[{index}].service"), &rate.service));
        }
        for (index, location) in self.locations.iter().enumerate() {
            texts.push((format!("locations[{index}].city"), &location.city));
            texts
                .extend(location.address.iter().map(|text| (format!("locations[{index}].address"), &**text)));
            let aliases = location.aliases.iter().enumerate();
            texts.extend(aliases.map(|(at, text)| (format!("locations[{index}].aliases[{at}]"), &**text)));
        }
        for (name, list) in [
            ("public_contacts", &self.public_contacts),
            ("never_offer", &self.never_offer),
            ("never_in_writing", &self.never_in_writing),
        ] {
            texts.extend(list.iter().enumerate().map(|(at, text)| (format!("{name}[{at}]"), &**text)));
        }
        for (name, topics) in [("house", &self.house), ("notices", &self.notices)] {
            texts.extend(topics.iter().map(|(topic, text)| (format!("{name}.{topic}"), &**text)));
        }
        texts
    }

    pub(super) fn check_across_fields(&self) -> Result<(), FactsError> {
        self.check_counts()?;
        self.check_amounts()?;
        self.check_locations()?;
        if let Some(zone) = &self.zone
            && TimeZone::get(zone).is_err()
        {
            let reason = format!("must be an IANA time zone such as Europe/Dublin, got {zone:?}");
            return Err(FactsError::field("zone", reason));
        }
        if let Some(terms) = &self.payment_terms {
            if terms.methods.is_empty() {
                return Err(FactsError::field(
                    "payment_terms.methods",
                    "must name at least one way of paying",
                ));
            }
            if terms.deposit_due.is_some() && self.deposit.is_none() {
                return Err(FactsError::field("payment_terms.deposit_due", "there is no `deposit`"));
            }
        }
        Ok(())
    }

    fn check_amounts(&self) -> Result<(), FactsError> {
        let fits = |field: String, amount: Amount| {
            if amount.value().scale() <= u32::from(self.currency.digits()) {
                return Ok(());
            }
            Err(FactsError::field(field, format!("{amount} has more decimals than {} has", self.currency)))
        };
        if let Some(Deposit::Amount(amount)) = self.deposit {
            fits("deposit.amount".to_owned(), amount)?;
        }
        for (index, rate) in self.rates.iter().enumerate() {
            fits(format!("rates[{index}].amount"), rate.amount)?;
            let is_same = |other: &Rate| other.service == rate.service && other.per == rate.per;
            if let Some(first) = self.rates[..index].iter().position(is_same) {
                let reason =
                    format!("{:?} per {} already has a rate: rates[{first}]", rate.service, rate.per);
                return Err(FactsError::field(format!("rates[{index}].service"), reason));
            }
        }
        Ok(())
    }

    fn check_locations(&self) -> Result<(), FactsError> {
        for (index, location) in self.locations.iter().enumerate() {
            if let (Some(from), Some(to)) = (location.from, location.to)
                && to < from
            {
                let reason = format!("{to} is before `from`, {from}");
                return Err(FactsError::field(format!("locations[{index}].to"), reason));
            }
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), FactsError> {
        let counts = [
            ("rates", self.rates.len()),
            ("locations", self.locations.len()),
            ("public_contacts", self.public_contacts.len()),
            ("never_offer", self.never_offer.len()),
            ("never_in_writing", self.never_in_writing.len()),
            ("channels.apps", self.channels.apps.len()),
            ("languages", self.languages.len()),
            ("house", self.house.len()),
            ("notices", self.notices.len()),
        ];
        match counts.into_iter().find(|(_, count)| *count > ENTRIES_MAX) {
            None => Ok(()),
            Some((field, count)) => Err(FactsError::field(
                field,
                format!("has {count} entries, at most {ENTRIES_MAX} are allowed"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said about facts whose only fault is the given line.
    fn said(lines: &str) -> String {
        Facts::parse_toml(&format!("currency = \"EUR\"\n{lines}")).unwrap_err().to_string()
    }

    #[test]
    fn a_contradiction_names_its_field() {
        let room = "[[rates]]\nservice = \"room\"\namount = 80\nper = \"night\"\n";
        assert_eq!(
            said(&format!("{room}{room}")),
            "facts field `rates[1].service`: \"room\" per night already has a rate: rates[0]"
        );
        assert!(
            said("deposit = { amount = \"1.005\" }").contains("`deposit.amount`: 1.005 has more decimals")
        );
        assert!(said("zone = \"Dublin\"").contains("`zone`: must be an IANA time zone"));
        let window = "[[locations]]\ncity = \"Galway\"\nfrom = \"2026-03-10\"\nto = \"2026-03-09\"";
        assert_eq!(said(window), "facts field `locations[0].to`: 2026-03-09 is before `from`, 2026-03-10");
        let terms = "payment_terms = { methods = [], balance_due = \"on_arrival\" }";
        assert!(said(terms).contains("`payment_terms.methods`: must name at least one"));
        let due = "payment_terms = { methods = [\"cash\"], balance_due = \"on_arrival\", deposit_due = \"at_booking\" }";
        assert!(said(due).contains("`payment_terms.deposit_due`: there is no `deposit`"));
    }

    #[test]
    fn texts_are_bounded_and_clean() {
        assert_eq!(said("about = \" \""), "facts field `about`: must not be empty");
        assert!(said("about = \" x\"").contains("must not start or end with a space"));
        assert!(said("about = \"a\\u0007b\"").contains("`about`: must be one line"));
        assert!(
            said(&format!("never_offer = [\"{}\"]", "x".repeat(301)))
                .contains("`never_offer[0]`: must be at most 300")
        );
        assert!(said("[house]\n\"Check-in\" = \"3\"").contains("`house.Check-in`: a topic is named"));
        let many = (0..201).map(|n| format!("\"c{n}\"")).collect::<Vec<_>>().join(",");
        assert!(said(&format!("public_contacts = [{many}]")).contains("has 201 entries, at most 200"));
    }
}
