//! Opting out in other languages than English.

use std::sync::LazyLock;

use regex::Regex;

use crate::classify::{Reading, compile};

/// Words that opt out when they are all a message says, in Latin letters without accents.
pub(super) const KEYWORDS: &[&str] = &[
    // French
    "arret",
    "arreter",
    "arretez",
    "arrete",
    "desabonner",
    "desabonnement",
    "desabonnez moi",
    "desinscrire",
    "desinscription",
    "desinscrivez moi",
    "me desabonner",
    "me desinscrire",
    "stop sms",
    // Spanish
    "alto",
    "baja",
    "dar de baja",
    "darme de baja",
    "dame de baja",
    "cancelar suscripcion",
    "desuscribir",
    "desuscribirme",
    "desuscribirse",
    "parar",
    // Portuguese
    "pare",
    "sair",
    "descadastrar",
    "remover",
    "cancelar inscricao",
    "cancelar assinatura",
    "cancelar subscricao",
    // Italian
    "basta",
    "ferma",
    "fermati",
    "disiscrivimi",
    "disiscriviti",
    "disiscrizione",
    "cancellami",
    "annulla iscrizione",
    "disdici",
    // German
    "abmelden",
    "abbestellen",
    "abmeldung",
    "austragen",
    "aufhoren",
    // Dutch
    "stoppen",
    "uitschrijven",
    "afmelden",
    "schrijf me uit",
    // Swedish, Danish, Norwegian, Finnish
    "avsluta",
    "avregistrera",
    "sluta",
    "afmeld",
    "afmeld mig",
    "avmeld",
    "meld av",
    "meld meg av",
    "lopeta",
    "peruuta",
    // Polish, Czech, Romanian, Hungarian, Turkish, Indonesian, Vietnamese
    "wypisz",
    "wypisz mnie",
    "rezygnuje",
    "odhlasit",
    "dezabonare",
    "opreste",
    "leiratkozas",
    "dur",
    "durdur",
    "ret",
    "berhenti",
    "huy",
    "dung lai",
    // What Chinese carriers ask for
    "td",
];

/// The same in scripts that are not Latin, in lower case.
pub(super) const KEYWORDS_OF_OTHER_SCRIPTS: &[&str] = &[
    "стоп",
    "отписаться",
    "отпишись",
    "отписка",
    "отпишите",
    "отстаньте",
    "хватит",
    "відписатися",
    "відпишіть",
    "停止",
    "退订",
    "取消订阅",
    "退訂",
    "取消訂閱",
    "停",
    "拒收",
    "توقف",
    "إلغاء",
    "الغاء",
    "قف",
    "停止する",
    "配信停止",
    "解除",
    "やめて",
    "중지",
    "수신거부",
    "그만",
    "해지",
    "रोकें",
    "बंद करो",
    "बंद करें",
    "रुको",
    "διακοπη",
    "διακοπή",
    "στοπ",
    "σταματήστε",
    "עצור",
    "הסר",
    "הסרה",
    "תפסיקו",
    "หยุด",
    "ยกเลิก",
    "спрете",
    "зупинити",
];

/// A clear phrase, in Latin letters without accents.
pub(super) fn is_phrase(sentence: &str) -> bool {
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        compile(
            "no me (?:escriba|escribas|escriban|contacte|contactes|contacten|mande|mandes|manden|envie|envies|envien|moleste|molesten|molestes)(?: (?:mas|nada|de \
             nuevo|otra vez|mensajes))+|no (?:mas|quiero(?: mas| recibir(?: mas)?)?|deseo(?: recibir)?(?: \
             mas)?) (?:mensajes|sms|textos)|(?:deja|deje|dejen|dejad|para|pare|\
             paren) de (?:escribirme|escribir|mandarme|enviarme|contactarme|molestar(?:me)?)|(?:elimina|eliminen|elimine|quita|quiten|quite|borra|borren|borre|saca|saquen)(?:me| \
             mi numero)(?: de(?: \\w+)*)?$|dejame en paz|dejenme en paz|darme de baja|nao me \
             (?:envie|enviem|mande|mandem|escreva|escrevam|contate|contacte|contactem|incomode|\
             incomodem)(?: (?:mais|mensagens|nada))+|nao quero (?:mais )?(?:receber )?(?:mais \
             )?(?:mensagens|sms)|(?:pare|parem|para) de (?:me )?(?:mandar|enviar|escrever|contactar|\
             incomodar|ligar)|(?:me )?(?:tire|tirem|remova|removam|retire|retirem)(?: me| o meu numero| meu \
             numero) (?:da|desta|dessa) lista|(?:me )?(?:tire|tirem|remova|removam) (?:da|\
             desta|dessa) (?:sua )?lista|me deixe em paz|arret\\w* de (?:m'ecrire|me \
             contacter|m'envoyer|m'appeler|me deranger)|ne m'(?:ecrivez|envoyez|ecris|envoie) plus|ne me \
             (?:contactez|contacte|derangez|derange) plus|(?:plus|aucun) (?:de )?(?:messages?|sms)(?: s'il \
             (?:vous|te) plait| svp| merci)?$|(?:retirez|enlevez|supprimez)(?: \
             moi| mon numero)(?: \\w+)*$|laissez moi tranquille|laisse moi tranquille|je (?:veux|souhaite) \
             me (?:desabonner|desinscrire)|je ne (?:veux|souhaite) plus (?:recevoir|de messages)|keine \
             (?:weiteren |sms |whatsapp )?(?:nachrichten|sms)(?: mehr)?(?: bitte| danke| senden| \
             schicken)*$|(?:schreib|schreiben sie|schreibt|kontaktieren sie|kontaktier|kontaktiere) \
             mi(?:r|ch) (?:bitte )?(?:nie|\
             nicht)(?: mehr| wieder)|(?:hor|horen sie|hort) (?:bitte )?auf(?: damit)?(?: mir| mich)? (?:zu \
             )?(?:schreiben|kontaktieren|schicken|belastigen)|(?:lass|lassen sie|lasst) mich (?:bitte )?in \
             ruhe|(?:losch|losche|loschen sie) (?:bitte )?meine (?:nummer|daten)|(?:mochte|will) \
             (?:keine|mich) (?:\\w+ )?(?:nachrichten|abmelden|austragen)(?: mehr)?|non \
             (?:scrivermi|scrivetemi|mi \
             scriva|contattarmi|contattatemi|mandarmi|mandatemi|inviatemi)(?: \
             (?:piu|altri|messaggi|altro))+|(?:smettila|smettetela|smetti|smetta) di \
             (?:scrivermi|contattarmi|mandarmi)|(?:basta|niente \
             piu|nessun altro) (?:messaggi|messaggio|sms)|(?:toglietemi|toglimi|rimuovetemi|rimuovimi|cancellatemi|cancellami) (?:dalla|da|dal)(?: \\w+)*|lasciatemi (?:in pace|stare)|lasciami in \
             pace|non voglio (?:piu )?(?:ricevere )?(?:piu )?(?:messaggi|sms)|geen \
             (?:berichten|sms|berichtjes)(?: meer)?(?: aub| alstublieft| graag)?$|stuur (?:me|mij) \
             (?:geen|niets)|stop met (?:berichten|\
             sturen|appen|mailen|sms)|laat (?:me|mij) met rust|(?:haal|verwijder) (?:me|mij|mijn nummer)(?: \
             \\w+)*|(?:neem|niet) (?:geen )?contact (?:meer )?(?:met mij )?op(?:nemen)?|sluta \
             (?:skriva|skicka|kontakta|\
             messa)|inga (?:fler )?(?:meddelanden|sms)|kontakta mig inte|(?:stop|slut) med (?:at \
             )?(?:skrive|sende)|(?:ikke|slutt a) (?:skriv|send|kontakt)\\w* (?:mer|mere|til meg|til \
             mig|meg|mig)|ingen flere \
             (?:meldinger|beskeder)|nie (?:pisz|piszcie|kontaktuj|wysylaj|wysylajcie)(?: \\w+)*|prosze (?:mi \
             )?(?:juz )?nie (?:pisac|wysylac|kontaktowac)|przestan(?:cie)? (?:pisac|wysylac)|nepiste mi|nu \
             (?:imi|ma|mi) (?:mai )?(?:scrieti|scrie|trimiteti|contactati)|ne irjon|(?:bana )?(?:mesaj|sms) \
             (?:atma|gonderme|yazma)\\w*|jangan (?:hubungi|kirim|ganggu|sms|wa) (?:saya|aku|pesan)?",
        )
    });
    PHRASE.is_match(sentence)
}

/// True when the message opts out in a script that is not Latin, in a word of its own or in a clear phrase.
pub(super) fn in_other_scripts(reading: &Reading) -> bool {
    static PHRASE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            "(?x) не\\ (?:пишите|пиши|присылайте|присылай|отправляйте|беспокойте|звоните)\\ \
                 (?:мне|больше|нам|сюда)|не\\ связывайтесь|(?:перестаньте|прекратите|хватит|перестань)\\ \
                 (?:мне\\ )?(?:писать|слать|присылать|\
             отправлять|беспокоить)|отпишите\\ меня|отписать(?:ся)?\\ от|удалите\\ (?:меня|мой\\ \
             номер)|оставьте\\ (?:меня|нас)\\ в\\ покое|отстаньте\\ от|больше\\ не\\ \
             (?:пишите|присылайте)|не\\ пишіть\\ (?:мені|більше)|\
             припиніть\\ писати|видаліть\\ \
             (?:мене|мій)|(?:不要|别|別|请勿|請勿|停止)(?:再|给我|給我|向我)*(?:发|發|联系|聯繫|联络|聯絡|打扰|打擾|骚扰|騷擾|发送|發送|传|傳)|(?:别|別|不要)再?[烦煩]我|不想(?:再)?(?:收到|接收)|把我.{0,6}(?:移除|删除|刪除)|もう(?:送ら|連絡し|メッセージし)ない\
             |(?:送ら|連絡し|メッセージし|送信し)ないで|配信(?:を)?(?:停止|解除)|(?:연락|문자|메시지|메세지)(?:를|을)?\\ ?(?:그만|하지\\ ?마|보내지\\ \
             ?마)|그만\\ ?(?:보내|연락)|수신\\ ?거부|لا\\ (?:تراسل|ترسل|تتواصل|تتصل)|توقف(?:وا)?\\ عن|\
             (?:मैसेज|संदेश|संपर्क|फोन)\\ (?:मत|ना|न)\\ |(?:मैसेज|संदेश)\\ (?:भेजना\\ )?बंद|μη(?:ν)?\\ \
             (?:μου|με)\\ (?:στέλνε|γράφ|ενοχλ|ξαναστείλ|ξαναγράψ)|σταματήστε\\ να|אל\\ \
             ת(?:שלחו|שלח|כתבו|צרו)|תפסיקו\\ ל|להסיר\\ אותי|(?:หยุด|อย่า|ไม่ต้อง)(?:ส่ง|ติดต่อ)",
        )
        .expect("a constant pattern, which a test compiles")
    });
    let said = reading.said();
    if said.is_ascii() {
        return false;
    }
    let lower = said.to_lowercase();
    PHRASE.is_match(&lower)
}
