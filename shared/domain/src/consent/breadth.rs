//! Many lines of the kind that [`read`](super::read) must know, and as many that are near.

use super::{Consent, read};

/// Opt-outs as people write them.
const MISSPELT: &str = "take me off | take me off this | please take me off your list | no more messages | no more texts | \
    Stop sending | stop spamming | stpo | sotp | sto p | STOPPP | unsubsribe | un subscribe | \
    UNSUBSCRIBE ALL | opt-me-out | remove my number | delete my number | do not message | do not text | \
    dont text me | dont msg me | dnt txt me | don't message me anymore | stop txting me | stop msging | \
    lose this number | please leave me alone | never message me again | I don't want to hear from you | \
    I do not want to receive messages | no longer want messages | enough messages | quit messaging me | \
    cease | cease and desist | END ALL | cancel messages | cancel my subscription | delete me | take my \
    number off your list | I'm opting out | opt me out please | please remove me | pls stop msging me | \
    not interested stop texting | no thanks, stop | STOP2END | stop to end | I want out of this list | \
    quit texting | stop bugging me | Stop with the texts | please stop contacting us | do not send me \
    anything | dont send me any more of these | no longer wish to be contacted | remove us from your \
    mailing list | take us off the list pls | get me off this list | stop these messages | Please \
    unsubscribe | I never signed up for this, stop | no msgs pls | don't write me again | do not reply \
    to me again | i said stop | I told you to stop texting me | STOP STOP | plz stop txt | leave us \
    alone | stop harassing me | reported and blocked | unsub pls | text STOP | opt out pls | no more sms";

/// Opt-outs in other languages.
const FOREIGN: &str = "darme de baja | dar de baja | no me escribas más | no me contacten más | no más mensajes | deja de \
    escribirme | dejen de mandarme mensajes | elimíname de la lista | cancelar suscripción | SAIR | pare \
    de me mandar mensagens | não me envie mais mensagens | não quero mais receber mensagens | me tire da \
    lista | descadastrar | STOP SMS | arrêtez | arrêtez de m'écrire | ne m'écrivez plus | ne me \
    contactez plus | plus de messages | désabonnement | désinscription | me désabonner | retirez-moi de \
    la liste | keine Nachrichten mehr | bitte keine weiteren Nachrichten | schreiben Sie mir nicht mehr \
    | hören Sie auf mir zu schreiben | lass mich in Ruhe | lassen Sie mich in Ruhe | löschen Sie meine \
    Nummer | kontaktieren Sie mich nicht mehr | FERMA | disiscrivimi | cancellami | non scrivermi più | \
    non scrivetemi più | basta messaggi | toglietemi dalla lista | lasciatemi in pace | geen berichten \
    meer | stuur me geen berichten meer | laat me met rust | AVREGISTRERA | sluta skriva | inga fler \
    meddelanden | AFMELD | WYPISZ | rezygnuję | nie pisz do mnie | proszę nie pisać więcej | DUR | RET | \
    bana mesaj atmayın | BERHENTI | jangan hubungi saya lagi | отпишите меня | не пишите мне больше | \
    перестаньте писать | отстаньте | удалите мой номер | не пишіть мені | 不要再发了 | 别再发短信 | 不要联系我 | 别烦我 | \
    TD | もう送らないで | 連絡しないでください | 그만 | 연락하지 마세요 | 문자 보내지 마세요 | لا تراسلني | لا ترسل لي | बंद करो | मुझे \
    मैसेज मत करो | ΣΤΟΠ | μη μου στέλνετε | תפסיקו | ยกเลิก | หยุด";

/// Words of opt-outs that are none.
const NEAR: &str = "no more than two people | take me off at the station | non stop | nonstop flights to Dublin | Don't \
    stop | please don't stop by before 3 | we stop at Galway | no more questions, thanks | Alto Adige is \
    lovely | basta cosi, grazie, a domani | no thanks, we have no more luggage | Please don't text my \
    husband, it's a surprise | do not send the invoice to my office | the bus stops here? | no more \
    towels needed | cancel my dinner | stop by the bakery | remove the extra bed please | Can you take \
    one person off the booking? | Could you delete the first booking, I booked twice | Wir brauchen \
    keine Nachrichten an der Tür | para dos personas | fin de semana | parada de autobús | salir a las 8 \
    | arrêt de bus ? | la fin de semaine | quit smoking area? | Ende der Woche | the end | is it ok to \
    end at 5 | I want out of town parking | opt out of cleaning please | no text on the sign | не пишите \
    адрес, я знаю | 停车场在哪里 | 停车";

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('|').map(str::trim)
}

#[test]
fn opt_outs_misspelt_paraphrased_and_in_other_languages() {
    for line in lines(MISSPELT).chain(lines(FOREIGN)) {
        assert_eq!(read(line), Consent::OptOut, "{line:?}");
    }
}

#[test]
fn near_misses_are_neither_opt_outs_nor_asked_about() {
    for line in lines(NEAR) {
        assert!(!matches!(read(line), Consent::OptOut | Consent::Ask), "{line:?}: {}", read(line));
    }
}
