//! What gives an attack away in other languages than English.

use std::sync::LazyLock;

use regex::RegexSet;

/// In Latin letters, in the language of [`pattern`](super::super::pattern).
pub(super) const SIGNS: &[&str] = &[
    // Ignore what you were told.
    "(?:olvid\\w*|ignor\\w*|haz caso \
         omiso|descart\\w*|omit\\w*|vergiss|vergessen|missacht\\w*|uber(?:geh|spring)\\w*|dimentic\\w*|trascur\\w*|oubli\\w*|\
     esque\\w*|desconsider\\w*|negeer\\w*|vergeet|bortse|glom|zignoruj\\w*|zapomnij\\w*|yok \
     ?say\\w*|unut\\w*|abaikan|lupakan|bo qua|phot lo|uita\\w*|zapomen\\w*) \
     (?:\\w+ ){0,5}?(?:instruc\\w*|instruk\\w*|anweisung\\w*|vorgaben|istruzion\\w*|consign\\w*|directiv\\w*|diretriz\\w*|direttiv\\w*|reglas|regras|regole|regeln|regels|\
     regles|anterior\\w*|vorherig\\w*|bisherig\\w*|precedent\\w*|tidigare|polecen\\w*|pokyn\\w*|talimat\\w*|instruksi|huong dan|chi thi|funcion|pagina|fonction)",
    "(?:onceki|yukaridaki|tum) (?:\\w+ ){0,2}(?:talimat\\w*|kural\\w*)|semua instruksi",
    // Show what you were told.
    "(?:tus|sus|deine|ihre|tes|vos|suas|tuas|le tue|le sue|jouw) (?:\\w+ \
         )?(?:instrucciones|anweisungen|instructions|consignes|instrucoes|istruzioni|instructies|directrices)|\
     (?:prompt|mensaje|mensagem|messaggio|message) (?:del sistema|do sistema|de sistema|di \
     sistema|systeme)|system ?prompt|systemanweisung\\w*",
    // Be somebody else.
    "(?:actua|comportate|responde|finge ser|haz de cuenta) como|(?:ahora|a partir de ahora|desde ahora) \
         (?:tu )?eres|du bist (?:jetzt|nun|ab jetzt|ab sofort)|(?:benimm|verhalte) dich \
     (?:wie|als)|(?:tu es|vous etes) (?:maintenant|desormais)|(?:agis|agissez|comporte toi) comme|(?:voce \
     agora e|agora voce e|aja como|finja ser|comporte se como)|(?:ora|adesso|da ora) \
     (?:tu )?sei|(?:agisci|comportati|fai finta) (?:come|di essere)|je bent (?:nu|vanaf nu)|doe alsof je|ich \
     bin (?:dein|ihr) (?:entwickler|chef|administrator)|soy tu (?:desarrollador|creador|\
     jefe)|modo (?:desarrollador|dios|dev)|entwicklermodus|mode developpeur|modo desenvolvedor|ich bin \
     (?:ein )?gott",
    // What a business never tells.
    "(?:base de datos|banco de dados|datenbank|base de donnees)|(?:donde|onde|wo|ou|dove) \
         (?:vive|wohnt|mora|habite|abita) (?:\\w+ )?(?:el usuario|der nutzer|o usuario|l'utente|\
     l'utilisateur)|(?:usuario|utilizador|nutzer|benutzer|utilisateur|utente|empleados)(?: \\w+)? \
     (?:mora|vive|wohnt|habite|abita|actualmente|atualmente)|kontostand|datos de los empleados|\
     saldo bancario|bank ?konto|te ha instruido",
    "(?:rolle|papel|role) (?:von|de|d') (?:einer? )?(?:ki|ia|ai)|inteligencia artificial|intelligence \
         artificielle|intelligenza artificiale|kunstliche intelligenz|inteligencja sztuczna",
];

/// In other scripts, as said in lower case. Of each line both parts must be there, anywhere.
const PAIRS: &[(&str, &str)] = &[
    ("игнорир|проигнорир|забудь|не обращай", "инструкц|указани|правил|команд|предыдущ"),
    ("ігнор|забудь", "інструкц|вказівк|правил|попередн"),
    ("忽略|无视|無視|忘记|忘記|忽視|不要理会|跳过", "指令|指示|说明|說明|提示|规则|規則|之前|以上|上面|先前"),
    ("無視|忘れ", "指示|命令|ルール|指令|上記|以前|これまで|プロンプト|述べて"),
    ("무시|잊어", "지시|명령|규칙|지침|이전|위의"),
    ("تجاهل|انس |انسى|تجاهلي", "تعليمات|التعليمات|الأوامر|القواعد|السابقة"),
    ("نادیده|فراموش", "دستور|قوانین|قبلی"),
    ("अनदेखी|अनदेखा|नज़रअंदाज़|भूल", "निर्देश|आदेश|नियम"),
    ("αγνο|ξεχάσ", "οδηγί|εντολ|κανόν"),
    ("התעלם|תתעלם|שכח", "הוראות|ההנחיות|הכללים"),
    ("เพิกเฉย|ละเว้น|ลืม|ไม่ต้องสนใจ", "คำสั่ง|คำแนะนำ|กฎ"),
    ("উপেক্ষা|ভুলে", "নির্দেশ"),
    ("புறக்கணி", "வழிமுறை|அறிவுறுத்த"),
    // A secret, and not that of the network.
    ("парол|密码|密碼|パスワード|비밀번호|كلمة المرور|كلمة السر|رمز عبور|पासवर्ड|κωδικ|סיסמ|รหัสผ่าน", "."),
    (
        "系统提示|系統提示|提示词|システムプロンプト|시스템 프롬프트|системн\\w* (?:промпт|сообщени)|موجه النظام|开发者模式|開発者モード|개발자 모드",
        ".",
    ),
    (
        "пользовател|用户|ユーザー|사용자|المستخدم|उपयोगकर्ता|χρήστη",
        "живет|живёт|住|살고|يعيش|रहता|ζει|адрес|住所|주소|عنوان|पता|διεύθυνση",
    ),
    ("बैंक बैलेंस|银行余额|銀行残高|은행 잔고|остаток на счет", "."),
];

const NETWORK: &str = r"wi-?\x20?fi|wlan|вай-?фай|интернет|无线|無線|网络|網路|와이파이|واي|إنترنت|अंतरजाल|वाई|אינטרנט|wifi|ไวไฟ";

static IN_OTHER_SCRIPTS: LazyLock<RegexSet> = LazyLock::new(|| {
    let parts = PAIRS.iter().flat_map(|(first, second)| [*first, *second]).chain([NETWORK]);
    RegexSet::new(parts).expect("constant patterns, which a test compiles")
});

/// True when both parts of some line are in the message.
pub(super) fn in_other_scripts(said: &str) -> bool {
    if said.is_ascii() {
        return false;
    }
    let found = IN_OTHER_SCRIPTS.matches(&said.to_lowercase());
    let network = found.matched(2 * PAIRS.len());
    (0..PAIRS.len()).any(|pair| {
        let is_lone = PAIRS[pair].1 == ".";
        found.matched(2 * pair) && found.matched(2 * pair + 1) && !(is_lone && network)
    })
}
