//! Whether a message asks what something costs: then a bare number in the answer is a price.

use std::sync::LazyLock;

use crate::{
    gate::phrases::{Phrases, phrases},
    text::fold_phrase,
};

/// Longest part of a message that is looked at, in bytes; as long as an inbound may be in characters.
const INBOUND_MAX_BYTES: usize = 16 * 1024;

static ASKS_PRICE: LazyLock<Phrases> = LazyLock::new(|| {
    phrases(
        r"(?x)
        (?-u:\b)(?: how\ much | price | prices | pricing | cost | costs | rate | rates | charge | charges | fee | fees | quote | deposit
            | cuanto\ (?:cuesta|vale|es|sale|cobra\w*|seria) | cuanto | precio\w* | cuesta\w* | tarifa\w* | presupuesto
            | quanto | preco\w* | custa\w* | valor | orcamento | combien | prix | tarifs? | coute\w* | devis
            | wie\ ?viel | preise? | kostet? | kosten | quanto\ costa | prezz[oi] | tariff[ae] | hoeveel | prijs | tarief
        )(?-u:\b)
        | いくら | 料金 | 値段 | 多少钱 | 多少錢 | 价格 | 價格 | сколько | цена | стоит | 얼마 | [€$£¥]
        ",
    )
});

/// True when a message asks for a price, or names one.
pub(crate) fn asks_price(inbound: &str) -> bool {
    let end = inbound.floor_char_boundary(INBOUND_MAX_BYTES);
    ASKS_PRICE.is_match(&fold_phrase(&inbound[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_about_the_price_are_known_in_every_language() {
        for asked in [
            "how much is it?",
            "What do you charge",
            "¿Cuánto cuesta?",
            "Quanto custa?",
            "C'est combien ?",
            "Was kostet das?",
            "Quanto costa?",
            "Hoeveel is het?",
            "料金はいくらですか",
            "could you do €80?",
        ] {
            assert!(asks_price(asked), "{asked}");
        }
        for other in ["how many nights?", "What time do you open?", "Do you take dogs?"] {
            assert!(!asks_price(other), "{other}");
        }
    }
}
