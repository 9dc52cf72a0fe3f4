//! What businesses write about where and when they are and how to reach them, and what they must not.

use crate::{
    example,
    facts::Facts,
    gate::{Gate, GateContext},
};

/// A photographer who is in Lisbon for some days.
fn photographer() -> Gate {
    let json = r#"{"currency": "USD", "rates": [{"service": "portrait", "amount": 150, "per": "hour"}],
        "locations": [{"city": "Lisbon", "from": "2026-03-10", "to": "2026-03-14"}],
        "channels": {"text": true, "call": true, "in_person": true},
        "public_contacts": ["@quinnshoots", "https://quinn.example"], "max_emoji": 1, "language": "en"}"#;
    Gate::new(Facts::parse_json(json).unwrap())
}

fn assert_all(gate: &Gate, is_ok: bool, inbound: Option<&str>, bodies: &[&str]) {
    for body in bodies {
        let verdict = gate.validate(body, &GateContext { inbound, ..GateContext::default() });
        assert_eq!(verdict.ok, is_ok, "{body}: {:?}", verdict.violations);
    }
}

#[test]
fn what_a_photographer_may_say() {
    assert_all(
        &photographer(),
        true,
        Some("Flying in from Boston tomorrow"),
        &[
            "Lisbon works! I'm around from March 10 to March 14.",
            "Yes, I'll be in Lisboa on the 12th",
            "Portugal is lovely in March",
            "The light in Lisbon is great",
            "I don't travel to Porto, sorry",
            "Porto isn't possible, sorry",
            "Sorry, no trips to Barcelona or Madrid this time",
            "I only work in Lisbon",
            "All my work is at quinn.example/portfolio",
            "You can see more at www.quinn.example.",
            "Let's do it on Tuesday at 5pm",
            "I shoot with Canon and Sony cameras",
            "I edit everything in Lightroom",
            "The session takes 2 hours and you get 40 photos",
            "Let's meet at 10 on the 11th",
            "Great, see you at Praça do Comércio?",
            "I'm free between 10 and 12 on 13 March",
            "Happy to chat in English, Portuguese or Spanish",
            "Your order 12345678 is ready",
            "How is the weather in Boston?",
            "Are you coming from Porto by train?",
            "I'm in Lisbon, Portugal",
            "Is that for the weekend in March?",
            "Would Thursday the 12th at 4 work for you?",
            "I'm based in Lisbon until Saturday 14 March",
            "We can start at 9:30 or 10:30",
        ],
    );
}

#[test]
fn what_a_photographer_may_not_say() {
    assert_all(
        &photographer(),
        false,
        None,
        &[
            "NYC works for me",
            "Sure, I can fly to Lisbon or Porto",
            "I have a studio in the Algarve",
            "see you in Sintra!",
            "I could also do Cascais",
            "My other studio is in London",
            "catch me in Madrid next week",
            "I'll be around Barcelona in April",
            "I'm in Lisbon from 15 to 20 March",
            "I'm in Lisbon on March 20th",
            "Let's meet in Lisbon on 21 March",
            "You can reach me on 912345678",
            "call 91 234 56 78",
            "my number is nine one two three four five six seven eight",
            "write to quinn@gmail.com",
            "quinn dot photos at gmail dot com",
            "DM me on insta quinn_priv",
            "my telegram is quinnxx",
            "add me on snapchat quinnxx",
            "book on calendly.com/quinn",
            "quinn-private.com has more",
            "see quinn.example.co",
            "quinn.examp1e",
            "https://quinn.example.evil.com/pay",
            "send it to IBAN DE89 3704 0044 0532 0130 00",
            "account 12345678 sort code 12-34-56",
            "BTC: bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
            "revolut: @quinnpay",
            "My address is Rua Augusta 120",
            "Come by 14 Elm Road",
            "I live at 22 Acacia Avenue",
            "Pop round to Flat 3, 12 Baker St",
            "Estou em Madrid",
            "Ich bin in München",
            "Je suis à Paris",
            "Sono a Roma",
            "Estoy en Sevilla hasta el 20",
        ],
    );
}

#[test]
fn what_a_guesthouse_may_say() {
    assert_all(
        &Gate::new(example::facts()),
        true,
        Some("we drive from Dublin"),
        &[
            "The Spanish Arch is five minutes away",
            "We're at 7 Lantern Quay, Galway",
            "Welcome to Quinn's Guesthouse in Galway, Ireland",
            "Gaillimh awaits you",
            "Check-in is from 15:00 to 20:00",
            "We look forward to seeing you on 20 June",
            "You'd arrive on 3 July and leave on 6 July",
            "A double room for 2 nights is €180",
            "Breakfast is from 8:00 to 10:00 and includes Irish tea",
            "Quinn will write back to you here",
            "Small dogs are welcome in every room",
            "See https://quinns.example/rooms",
            "How was the drive from Dublin?",
        ],
    );
}

#[test]
fn what_a_guesthouse_may_not_say() {
    assert_all(
        &Gate::new(example::facts()),
        false,
        None,
        &[
            "We have a second house in Clifden",
            "We'll pick you up from Shannon",
            "Text us at 091 555 0100",
            "We are at 9 Lantern Quay",
            "We are near Eyre Square",
            "take the bus from Dublin to Galway",
        ],
    );
}
