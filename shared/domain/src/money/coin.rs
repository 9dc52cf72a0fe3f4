//! The signs and names of money in running text, each with the currencies it may stand for.
//!
//! The first of several is meant unless the business's own currency is among the others. Names are lower case without
//! accents, which is how words are looked up; they are read in the languages that replies may be written in.

/// What a sign or a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Coin {
    /// The currencies it may be. Empty for money that no business here counts in: old currencies, crypto.
    pub(crate) codes: &'static [&'static str],
    /// Its worth in hundredths of the currency: 100 for a dollar, 1 for a cent, 1,000 for a tenner.
    pub(crate) hundredths: u32,
}

impl Coin {
    const fn major(codes: &'static [&'static str]) -> Self {
        Self { codes, hundredths: 100 }
    }

    const fn minor(codes: &'static [&'static str]) -> Self {
        Self { codes, hundredths: 1 }
    }

    const fn worth(hundredths: u32, codes: &'static [&'static str]) -> Self {
        Self { codes, hundredths }
    }
}

/// Stands for the business's own currency, whichever it is.
pub(crate) const HOME: &str = "";

const DOLLARS: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD", "JMD", "BBD", "BSD", "TTD", "BZD", "BMD", "KYD", "XCD",
    "FJD", "GYD", "LRD", "NAD", "SBD", "SRD", "BND",
];
const DOLLAR_SIGN: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "HKD", "SGD", "MXN", "ARS", "CLP", "COP", "TWD", "JMD", "BBD", "BSD", "TTD",
    "UYU", "DOP", "BZD", "BMD", "KYD", "XCD", "FJD", "GYD", "LRD", "NAD", "SBD", "SRD", "BND",
];
const BUCKS: &[&str] = &["USD", "CAD", "AUD", "NZD", "SGD", "HKD"];
const POUNDS: &[&str] = &["GBP", "EGP", "GIP", "FKP", "SHP", "LBP", "SYP", "SDG", "SSP"];
const RUPEES: &[&str] = &["INR", "PKR", "LKR", "NPR", "MUR", "SCR", "MVR"];
const FRANCS: &[&str] = &["CHF", "XOF", "XAF", "XPF", "BIF", "DJF", "GNF", "KMF", "RWF", "CDF"];
const PESOS: &[&str] = &["MXN", "ARS", "CLP", "COP", "PHP", "UYU", "DOP", "CUP"];
const CROWNS: &[&str] = &["SEK", "NOK", "DKK", "ISK", "CZK"];
const DIRHAMS: &[&str] = &["AED", "MAD"];
const DINARS: &[&str] = &["KWD", "JOD", "BHD", "IQD", "DZD", "TND", "LYD", "RSD"];
const RIYALS: &[&str] = &["SAR", "QAR", "OMR", "YER", "IRR"];
const SHILLINGS: &[&str] = &["KES", "TZS", "UGX", "SOS"];

/// Signs made of or ending with a currency symbol. Where one ends with another the longer comes first.
pub(crate) const SIGNS: &[(&str, Coin)] = &[
    ("us$", Coin::major(&["USD"])),
    ("u$s", Coin::major(&["USD"])),
    ("ca$", Coin::major(&["CAD"])),
    ("can$", Coin::major(&["CAD"])),
    ("au$", Coin::major(&["AUD"])),
    ("nz$", Coin::major(&["NZD"])),
    ("hk$", Coin::major(&["HKD"])),
    ("mx$", Coin::major(&["MXN"])),
    ("nt$", Coin::major(&["TWD"])),
    ("rd$", Coin::major(&["DOP"])),
    ("bz$", Coin::major(&["BZD"])),
    ("tt$", Coin::major(&["TTD"])),
    ("gy$", Coin::major(&["GYD"])),
    ("mop$", Coin::major(&["MOP"])),
    ("cuc$", Coin::major(&[])),
    ("c$", Coin::major(&["CAD", "NIO"])),
    ("a$", Coin::major(&["AUD"])),
    ("s$", Coin::major(&["SGD"])),
    ("r$", Coin::major(&["BRL"])),
    ("j$", Coin::major(&["JMD"])),
    ("g$", Coin::major(&["GYD"])),
    ("t$", Coin::major(&["TOP"])),
    ("z$", Coin::major(&["ZWG"])),
    ("$u", Coin::major(&["UYU"])),
    ("$b", Coin::major(&["BOB"])),
    ("$", Coin::major(DOLLAR_SIGN)),
    ("cn¥", Coin::major(&["CNY"])),
    ("jp¥", Coin::major(&["JPY"])),
    ("e£", Coin::major(&["EGP"])),
    ("gh₵", Coin::major(&["GHS"])),
    ("r₣", Coin::major(&["RWF"])),
    ("€", Coin::major(&["EUR"])),
    ("£", Coin::major(POUNDS)),
    ("₤", Coin::major(&["GBP", "LBP", "SYP"])),
    ("¥", Coin::major(&["JPY", "CNY"])),
    ("₹", Coin::major(&["INR"])),
    ("₨", Coin::major(RUPEES)),
    ("₩", Coin::major(&["KRW"])),
    ("₺", Coin::major(&["TRY"])),
    ("₴", Coin::major(&["UAH"])),
    ("₽", Coin::major(&["RUB"])),
    ("₪", Coin::major(&["ILS"])),
    ("₫", Coin::major(&["VND"])),
    ("₱", Coin::major(&["PHP"])),
    ("₦", Coin::major(&["NGN"])),
    ("฿", Coin::major(&["THB"])),
    ("₡", Coin::major(&["CRC"])),
    ("₲", Coin::major(&["PYG"])),
    ("₸", Coin::major(&["KZT"])),
    ("₾", Coin::major(&["GEL"])),
    ("₼", Coin::major(&["AZN"])),
    ("֏", Coin::major(&["AMD"])),
    ("؋", Coin::major(&["AFN"])),
    ("৳", Coin::major(&["BDT"])),
    ("៛", Coin::major(&["KHR"])),
    ("₭", Coin::major(&["LAK"])),
    ("₮", Coin::major(&["MNT"])),
    ("₵", Coin::major(&["GHS"])),
    ("₣", Coin::major(FRANCS)),
    ("﷼", Coin::major(RIYALS)),
    ("ƒ", Coin::major(&["AWG", "ANG"])),
    ("₿", Coin::major(&[])),
    ("ƀ", Coin::major(&[])),
    ("₶", Coin::major(&[])),
    ("¢", Coin::minor(&[HOME])),
];

/// Names, abbreviations and slang.
pub(crate) const NAMES: &[(&[&str], Coin)] = &[
    (
        &["euro", "euros", "eur", "eurs", "evro", "ευρω", "евро", "欧元", "歐元", "ユーロ", "유로"],
        Coin::major(&["EUR"]),
    ),
    (&["pavo", "pavos"], Coin::major(&["EUR"])),
    (
        &[
            "dollar",
            "dollars",
            "dolar",
            "dolares",
            "dollari",
            "dollaro",
            "дoллар",
            "доллар",
            "доллара",
            "долларов",
            "美元",
            "美金",
            "ドル",
            "달러",
        ],
        Coin::major(DOLLARS),
    ),
    (&["buck", "bucks"], Coin::major(BUCKS)),
    (
        &[
            "pound",
            "pounds",
            "libra",
            "libras",
            "livres",
            "pfund",
            "sterlina",
            "sterline",
            "sterling",
            "stg",
            "фунт",
            "фунтов",
            "英镑",
            "ポンド",
            "파운드",
            "جنيه",
            "جن",
        ],
        Coin::major(POUNDS),
    ),
    (&["quid", "gbp"], Coin::major(&["GBP"])),
    (&["geneh", "genih", "genihat", "ginih", "le", "ج.م"], Coin::major(&["EGP"])),
    (&["yen", "yens", "円", "日元", "엔"], Coin::major(&["JPY"])),
    (
        &["yuan", "yuans", "renminbi", "rmb", "元", "人民币", "圆", "圓", "块"],
        Coin::major(&["CNY", "TWD", "JPY"]),
    ),
    (&["rupee", "rupees", "rs", "re", "rupia", "rupias", "ரூ", "රු"], Coin::major(RUPEES)),
    (
        &["franc", "francs", "franken", "franco", "francos", "franchi", "fr", "frs", "sfr"],
        Coin::major(FRANCS),
    ),
    (&["fcfa", "cfa"], Coin::major(&["XOF", "XAF"])),
    (&["peso", "pesos"], Coin::major(PESOS)),
    (
        &["kr", "krona", "kronor", "krone", "kroner", "kronen", "crown", "crowns", "coronas", "couronnes"],
        Coin::major(CROWNS),
    ),
    (&["zloty", "zlotys", "zlotych", "zlote", "zl", "злотых"], Coin::major(&["PLN"])),
    (&["kc", "koruna", "koruny", "korun"], Coin::major(&["CZK"])),
    (&["ft", "forint", "forints", "forintot"], Coin::major(&["HUF"])),
    (&["lei", "leu"], Coin::major(&["RON", "MDL"])),
    (&["lev", "leva", "лв", "лева", "лев"], Coin::major(&["BGN"])),
    (&["kn", "kuna"], Coin::major(&[])),
    (&["tl", "lira", "liras", "lire"], Coin::major(&["TRY", "LBP", "SYP"])),
    (
        &["руб", "рубль", "рублеи", "рубля", "рублей", "р", "ruble", "rubles", "rouble", "roubles", "rubel"],
        Coin::major(&["RUB", "BYN"]),
    ),
    (&["rbl"], Coin::major(&["BYN"])),
    (&["грн", "гривень", "гривен", "гривна", "hryvnia", "hryvnias", "hrn"], Coin::major(&["UAH"])),
    (&["тг", "тенге", "tenge"], Coin::major(&["KZT"])),
    (&["baht", "бат", "บาท", "バーツ"], Coin::major(&["THB"])),
    (&["rand", "rands"], Coin::major(&["ZAR"])),
    (&["real", "reais", "reales", "reals"], Coin::major(&["BRL"])),
    (&["dirham", "dirhams", "dh", "dhs", "درهم", "د.إ", "د.م"], Coin::major(DIRHAMS)),
    (
        &[
            "dinar",
            "dinars",
            "dinara",
            "dinares",
            "din",
            "дин",
            "دينار",
            "د.ج",
            "د.ت",
            "د.أ",
            "د.ا",
            "ع.د",
            "د.ع",
        ],
        Coin::major(DINARS),
    ),
    (&["kd", "د.ك"], Coin::major(&["KWD"])),
    (&["bd", ".د.ب"], Coin::major(&["BHD"])),
    (&["ld", "ل.د", "د.ل"], Coin::major(&["LYD"])),
    (&["dt"], Coin::major(&["TND"])),
    (&["دج"], Coin::major(&["DZD"])),
    (&["rial", "rials", "riyal", "riyals", "ريال", "ریال", "ر.س", "ر.ع", "ر.ق", "ر.ي"], Coin::major(RIYALS)),
    (&["toman", "تومان"], Coin::major(&["IRR"])),
    (&["shekel", "shekels", "nis", "שח", "ש\"ח", "ש״ח", "ש'ח", "ש.ח", "ش.ج"], Coin::major(&["ILS"])),
    (&["won", "원"], Coin::major(&["KRW"])),
    (&["dong", "d", "đ", "vnd", "vnđ"], Coin::major(&["VND"])),
    (&["rp", "rupiah", "rupiahs"], Coin::major(&["IDR"])),
    (&["rm", "ringgit", "ringgits"], Coin::major(&["MYR"])),
    (&["tugrik", "tugriks"], Coin::major(&["MNT"])),
    (&["naira"], Coin::major(&["NGN"])),
    (&["cedi", "cedis"], Coin::major(&["GHS"])),
    (&["shilling", "shillings", "ksh", "kshs", "tsh", "ush"], Coin::major(SHILLINGS)),
    (&["birr", "br", "ብር"], Coin::major(&["ETB", "BYN"])),
    (&["lari", "ლარი", "ლ"], Coin::major(&["GEL"])),
    (&["dram", "drams"], Coin::major(&["AMD"])),
    (&["taka"], Coin::major(&["BDT"])),
    (&["kyat", "kyats", "ks"], Coin::major(&["MMK"])),
    (&["kip"], Coin::major(&["LAK"])),
    (&["riel", "riels"], Coin::major(&["KHR"])),
    (&["soles"], Coin::major(&["PEN"])),
    (&["quetzal", "quetzales"], Coin::major(&["GTQ"])),
    (&["lempira", "lempiras"], Coin::major(&["HNL"])),
    (&["colon", "colones"], Coin::major(&["CRC"])),
    (&["guarani", "guaranies"], Coin::major(&["PYG"])),
    (&["bolivares", "bs"], Coin::major(&["VES", "BOB"])),
    (&["lek", "leke"], Coin::major(&["ALL"])),
    (&["denar", "denars", "ден"], Coin::major(&["MKD"])),
    (&["manat"], Coin::major(&["AZN", "TMT"])),
    (&["som", "so'm", "s'", "сом"], Coin::major(&["UZS", "KGS"])),
    (&["kwacha", "zk", "mk"], Coin::major(&["ZMW", "MWK"])),
    (&["pula"], Coin::major(&["BWP"])),
    (&["metical", "meticais", "mt"], Coin::major(&["MZN"])),
    (&["nu"], Coin::major(&["BTN"])),
    (&["km", "км"], Coin::major(&["BAM"])),
    (&["kwz", "kwanza"], Coin::major(&["AOA"])),
    (&["ariary", "ar"], Coin::major(&["MGA"])),
    (&["vt", "vatu"], Coin::major(&["VUV"])),
    (&["fbu"], Coin::major(&["BIF"])),
    (&["fdj"], Coin::major(&["DJF"])),
    (&["nfk", "ናቕፋ", "نافكا"], Coin::major(&["ERN"])),
    (&["ج.س"], Coin::major(&["SDG"])),
    (&["ل.س"], Coin::major(&["SYP"])),
    (&["ل.ل"], Coin::major(&["LBP"])),
    (&["frw"], Coin::major(&["RWF"])),
    (&["gfr", "fg"], Coin::major(&["GNF"])),
    (&["db"], Coin::major(&["STN"])),
    (&["um"], Coin::major(&["MRU"])),
    (&["rf"], Coin::major(&["MVR", "RWF"])),
    (
        &["bitcoin", "bitcoins", "btc", "eth", "ethereum", "usdt", "usdc", "dem", "pte", "frf", "itl", "esp"],
        Coin::major(&[]),
    ),
    (
        &[
            "cent",
            "cents",
            "centavo",
            "centavos",
            "centime",
            "centimes",
            "centimo",
            "centimos",
            "centesimi",
            "centesimo",
            "sen",
            "sens",
            "kopiyka",
            "kopiykas",
            "kopek",
            "kopeks",
            "копеек",
            "paise",
            "ore",
            "rappen",
        ],
        Coin::minor(&[HOME]),
    ),
    (&["penny", "pennies", "pence"], Coin::minor(&[HOME])),
    (&["nickel", "nickels"], Coin::worth(5, DOLLARS)),
    (&["dime", "dimes"], Coin::worth(10, DOLLARS)),
    (&["quarter", "quarters"], Coin::worth(25, DOLLARS)),
    (&["fiver", "fivers"], Coin::worth(500, &["GBP", "EUR", "USD", "AUD", "NZD", "CAD"])),
    (&["tenner", "tenners"], Coin::worth(1_000, &["GBP", "EUR", "USD", "AUD", "NZD", "CAD"])),
    (&["benjamin", "benjamins", "cnote", "cnotes"], Coin::worth(10_000, BUCKS)),
];

/// Words that say whose dollar, pound or dinar is meant, and the currency that is.
pub(crate) const NATIONS: &[(&str, &str)] = &[
    ("us", "USD"),
    ("american", "USD"),
    ("americans", "USD"),
    ("americanos", "USD"),
    ("americains", "USD"),
    ("estadounidenses", "USD"),
    ("canadian", "CAD"),
    ("canadiens", "CAD"),
    ("canadienses", "CAD"),
    ("canadenses", "CAD"),
    ("canadesi", "CAD"),
    ("kanadische", "CAD"),
    ("australian", "AUD"),
    ("australianos", "AUD"),
    ("australiens", "AUD"),
    ("british", "GBP"),
    ("esterlinas", "GBP"),
    ("hongkong", "HKD"),
    ("singapore", "SGD"),
    ("taiwan", "TWD"),
    ("jamaican", "JMD"),
    ("swiss", "CHF"),
    ("schweizer", "CHF"),
    ("suisses", "CHF"),
    ("suizos", "CHF"),
    ("suicos", "CHF"),
    ("svizzeri", "CHF"),
    ("mexican", "MXN"),
    ("mexicanos", "MXN"),
    ("argentine", "ARS"),
    ("argentinos", "ARS"),
    ("chilean", "CLP"),
    ("chilenos", "CLP"),
    ("colombian", "COP"),
    ("colombianos", "COP"),
    ("philippine", "PHP"),
    ("uruguayan", "UYU"),
    ("swedish", "SEK"),
    ("norwegian", "NOK"),
    ("danish", "DKK"),
    ("icelandic", "ISK"),
    ("czech", "CZK"),
    ("indian", "INR"),
    ("pakistani", "PKR"),
    ("lankan", "LKR"),
    ("turkish", "TRY"),
    ("egyptian", "EGP"),
    ("masriya", "EGP"),
    ("lebanese", "LBP"),
    ("syrian", "SYP"),
    ("kuwaiti", "KWD"),
    ("jordanian", "JOD"),
    ("iraqi", "IQD"),
    ("tunisian", "TND"),
    ("algerian", "DZD"),
    ("serbian", "RSD"),
    ("bahraini", "BHD"),
    ("saudi", "SAR"),
    ("qatari", "QAR"),
    ("omani", "OMR"),
    ("iranian", "IRR"),
    ("moroccan", "MAD"),
    ("emirati", "AED"),
    ("malaysian", "MYR"),
    ("malaysia", "MYR"),
    ("thai", "THB"),
    ("kenyan", "KES"),
    ("russian", "RUB"),
    ("polish", "PLN"),
    ("brazilian", "BRL"),
    ("brasileiros", "BRL"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn tables_hold_known_codes() {
        let signs = SIGNS.iter().map(|(_, coin)| coin);
        let names = NAMES.iter().map(|(_, coin)| coin);
        let codes = signs.chain(names).flat_map(|coin| coin.codes).copied();
        for code in codes.chain(NATIONS.iter().map(|(_, code)| *code)).filter(|code| *code != HOME) {
            assert!(code.parse::<Currency>().is_ok(), "{code}");
        }
    }
}
