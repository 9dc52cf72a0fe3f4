//! What is found, written as `text = values currency basis form`.

use super::*;
use crate::money::Currency;

/// Finds written as `text = values currency/unit`.
fn found(text: &str) -> Vec<String> {
    let home = "EUR".parse().unwrap();
    let describe = |find: MoneyFound| {
        let values: Vec<String> = find.values.iter().map(|v| v.normalize().to_string()).collect();
        let currency = match find.quantity {
            Quantity::Percent => "%",
            Quantity::Foreign => "foreign",
            Quantity::Money(currency) => currency.map_or("?", Currency::code),
        };
        let basis = match find.basis {
            Basis::Open => String::new(),
            Basis::Per(unit) => format!("/{unit}"),
            Basis::For(count, unit) => format!(" for {} {unit}", count.normalize()),
            Basis::Whole => " in total".to_owned(),
        };
        let other = find.other_reading.map(|other| format!(" or {}", other.normalize())).unwrap_or_default();
        let form = find.form.name().map(|form| format!(" {form}")).unwrap_or_default();
        let disguised = if find.is_disguised { " disguised" } else { "" };
        format!("{} = {}{other} {currency}{basis}{form}{disguised}", &text[find.range], values.join(".."))
    };
    find_money(text, Setting { home, inbound: None }).into_iter().map(describe).collect()
}

#[test]
fn signs_codes_and_names_on_either_side() {
    for (text, expected) in [
        ("80 EUR", "80 EUR = 80 EUR"),
        ("€80", "€80 = 80 EUR"),
        ("€ 80", "€ 80 = 80 EUR"),
        ("80€", "80€ = 80 EUR"),
        ("80 €.", "80 € = 80 EUR"),
        ("EUR 80.00", "EUR 80.00 = 80 EUR"),
        ("EUR80", "EUR80 = 80 EUR"),
        ("80EUR", "80EUR = 80 EUR"),
        ("80 eur", "80 eur = 80 EUR"),
        ("80 euros", "80 euros = 80 EUR"),
        ("an 80-euro room", "80-euro = 80 EUR"),
        ("€1,250.00", "€1,250.00 = 1250 EUR"),
        ("1.250,00 €", "1.250,00 € = 1250 EUR"),
        ("$80", "$80 = 80 USD"),
        ("US$80", "US$80 = 80 USD"),
        ("$80 CAD", "$80 CAD = 80 CAD"),
        ("£80", "£80 = 80 GBP"),
        ("150 CAD", "150 CAD = 150 CAD"),
        ("80 bucks", "80 bucks = 80 USD"),
        ("€1.5k", "€1.5k = 1500 EUR"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn units_and_shares() {
    for (text, expected) in [
        ("€80 per night", "€80 = 80 EUR/night"),
        ("€80/night", "€80 = 80 EUR/night"),
        ("80 a night", "80 = 80 ?/night"),
        ("80/h", "80 = 80 ?/hour"),
        ("€15 pp", "€15 = 15 EUR/person"),
        ("30%", "30% = 30 %"),
        ("30 percent", "30 percent = 30 %"),
        ("2.5 per cent", "2.5 per cent = 2.5 %"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn ranges_are_one_find() {
    for (text, expected) in [
        ("€80-95", "€80-95 = 80..95 EUR range"),
        ("€80 - €95 per night", "€80 - €95 = 80..95 EUR/night range"),
        ("80 to 95 EUR", "80 to 95 EUR = 80..95 EUR range"),
        ("10-20%", "10-20% = 10..20 % range"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
    assert_eq!(found("€80 - 2 nights"), ["€80 = 80 EUR"]);
}

#[test]
fn a_sign_belongs_to_the_number_it_is_glued_to() {
    assert_eq!(found("room 2 €80"), ["€80 = 80 EUR"]);
    assert_eq!(found("80€ 2 nights"), ["80€ = 80 EUR for 2 night"]);
    assert_eq!(found("1$74"), ["1$74 = 1.74 USD"], "between coins and cents");
    assert_eq!(found("single €65, double €90"), ["€65 = 65 EUR", "€90 = 90 EUR"]);
}

#[test]
fn what_cannot_be_read_is_found_without_values() {
    assert_eq!(found("$15O/hr"), ["$15O = 150 USD/hour disguised"]);
    assert_eq!(found("€1.2.3"), ["€1.2.3 =  EUR"]);
}

#[test]
fn other_numbers_are_not_money() {
    for text in [
        "See you at 3, I'll have 2 cameras and 150 minutes",
        "Check-in is 15:00 to 20:00, check-out by 11:00",
        "Meet at 120 Rua Augusta",
        "Back in 2026 I moved here",
        "Your booking ref is 120-33",
        "TOP 10 sights, ALL 3 rooms",
        "2 nights for 2 guests",
        "open 24/7",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn numbers_in_words_and_slang() {
    for (text, expected) in [
        ("one fifty an hour", "one fifty = 150 ?/hour"),
        ("It's a hundred and twenty an hour", "a hundred and twenty = 120 ?/hour"),
        ("two hundred dollars", "two hundred dollars = 200 USD"),
        ("I'd charge half a grand", "half a grand = 500 ?"),
        ("I could do two hundo for the shoot", "two hundo = 200 ? in total"),
        ("It's a buck fifty for the hour", "a buck fifty = 1.5 or 150 USD/hour"),
        ("six score dollars", "six score dollars = 120 USD"),
        ("a couple hundred euros", "a couple hundred euros = 200 EUR"),
        ("a tenner", "a tenner = 10 EUR"),
        ("0.2k for the session", "0.2k = 200 ? for 1 session"),
        ("three hundred for two hours", "three hundred = 300 ? for 2 hour"),
        ("20 dollars 43 cents", "20 dollars 43 cents = 20.43 USD"),
        ("12€50", "12€50 = 12.5 EUR"),
        ("ten cents", "ten cents = 0.1 ?"),
        ("80e", "80e = 80 EUR"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn numbers_in_other_languages() {
    for (text, expected) in [
        ("Son ochenta euros por noche", "ochenta euros = 80 EUR/night"),
        ("cuesta ciento veinte la hora", "ciento veinte = 120 ?/hour"),
        ("noventa y cinco dólares", "noventa y cinco dólares = 95 USD"),
        ("São oitenta euros por noite", "oitenta euros = 80 EUR/night"),
        ("custa cento e vinte", "cento e vinte = 120 ?"),
        ("C'est quatre-vingts euros la nuit", "quatre-vingts euros = 80 EUR/night"),
        ("80 € de l'heure", "80 € = 80 EUR/hour"),
        ("hundertzwanzig Euro pro Nacht", "hundertzwanzig Euro = 120 EUR/night"),
        ("zweitausend Euro", "zweitausend Euro = 2000 EUR"),
        ("der Preis ist 120", "120 = 120 ?"),
        ("centoventi euro a notte", "centoventi euro = 120 EUR/night"),
        ("novantacinque euro", "novantacinque euro = 95 EUR"),
        ("honderdtwintig euro per nacht", "honderdtwintig euro = 120 EUR/night"),
        ("1泊8000円です", "8000円 = 8000 JPY/night"),
        ("八十ユーロ", "八十ユーロ = 80 EUR"),
        ("entre 80 y 95 euros", "80 y 95 euros = 80..95 EUR range"),
        ("zwischen 80 und 95 Euro", "80 und 95 Euro = 80..95 EUR range"),
        ("de 80 a 95 euros", "80 a 95 euros = 80..95 EUR range"),
        ("ab 80 €", "80 € = 80 EUR from"),
        ("hasta 90 euros", "90 euros = 90 EUR up_to"),
        ("à partir de 80 €", "80 € = 80 EUR from"),
        ("a partire da 80 €", "80 € = 80 EUR from"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn bounds_and_units() {
    for (text, expected) in [
        ("from $120", "$120 = 120 USD from"),
        ("starting at $120/hr", "$120 = 120 USD/hour"),
        ("up to €90", "€90 = 90 EUR up_to"),
        ("at least €90", "€90 = 90 EUR from"),
        ("no more than 7 euros", "7 euros = 7 EUR up_to"),
        ("under €90", "€90 = 90 EUR up_to"),
        ("$120+", "$120 = 120 USD from"),
        ("between 80 and 95 euros", "80 and 95 euros = 80..95 EUR range"),
        ("$150 for the whole day", "$150 = 150 USD/day"),
        ("$150 covers two hours", "$150 = 150 USD for 2 hour"),
        ("$300 for the two-hour session", "$300 = 300 USD for 2 hour"),
        ("two nights are €180", "€180 = 180 EUR for 2 night"),
        ("2 nights: €180", "€180 = 180 EUR for 2 night"),
        ("The hourly rate is $150", "$150 = 150 USD/hour"),
        ("An hour is $150", "$150 = 150 USD/hour"),
        ("$300 in total", "$300 = 300 USD in total"),
        ("the total is $300", "$300 = 300 USD in total"),
        ("$150/hr, two hours minimum", "$150 = 150 USD/hour"),
        ("€90 for the weekend", "€90 = 90 EUR for 2 night"),
        ("$75 for 30 minutes", "$75 = 75 USD for 0.5 hour"),
    ] {
        assert_eq!(found(text), [expected], "{text}");
    }
}

#[test]
fn a_bare_number_is_money_where_price_words_say_so() {
    for text in [
        "the price is 120",
        "It costs 120",
        "I charge about 120 for it",
        "My rate is 120.",
        "I could do 120",
        "How about 120?",
        "let's say 120",
        "120 an hour",
        "120 per head",
        "120 total",
        "it's 120",
        "120",
        "8O",
        "cobro 120",
        "ça coûte 120",
        "ich nehme 120",
    ] {
        assert_eq!(found(text).len(), 1, "{text}: {:?}", found(text));
    }
}

#[test]
fn an_answer_to_a_question_about_the_price_is_money() {
    let home = "EUR".parse().unwrap();
    let count = |text: &str, inbound: &str| find_money(text, Setting { home, inbound: Some(inbound) }).len();
    for text in ["80", "it's 8O", "Tour + lunch = 80e", "80 for you", "Eighty", "That makes 80.", "85 then"] {
        assert_eq!(count(text, "how much is it?"), 1, "{text}");
    }
    for text in [
        "See you at 3",
        "Room 12",
        "We have 2 rooms",
        "check-in from 15:00",
        "on 12 May",
        "call 353 91 123456",
    ] {
        assert_eq!(count(text, "how much is it?"), 0, "{text}");
    }
    assert_eq!(count("3", "how many nights?"), 0);
}

#[test]
fn more_numbers_that_are_not_money() {
    for text in [
        "I have shot over 300 sessions",
        "That'll be worth a million memories",
        "Once you are here, due north is the lake",
        "a quarter past ten",
        "three quarters of an hour",
        "We had a grand time",
        "60 miles an hour",
        "two towels per person",
        "I drink 2 a day",
        "100 people came for the day",
        "born in 1985",
        "12.03.2026",
        "+353 91 123 456",
        "the 80s were great",
        "a couple of days",
        "half a day",
        "a hundred times yes",
        "Bus 120 stops outside",
        "One of our rooms, two of theirs",
        "I'd do it again for the fun",
    ] {
        assert_eq!(found(text), Vec::<String>::new(), "{text}");
    }
}
