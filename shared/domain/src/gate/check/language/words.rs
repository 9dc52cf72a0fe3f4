//! Words that give a language away: function words, greetings, and what people write in short messages. Folded as
//! drafts are: lower case, no accents. A word may stand under several languages and then speaks for each.
//!
//! Words of other languages that are common in English as well (`plus`, `main`, `ciao`) are left out: they prove nothing.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::text::WordMap;

/// A set of languages of [`LANGUAGES`], one bit each.
pub(super) type LanguageSet = u32;

/// Every language whose words are known: its tag and its words.
pub(super) const LANGUAGES: &[(&str, &str)] = &[
    ("en", ENGLISH),
    ("es", SPANISH),
    ("pt", PORTUGUESE),
    ("fr", FRENCH),
    ("de", GERMAN),
    ("it", ITALIAN),
    ("nl", DUTCH),
    ("sv", SWEDISH),
    ("da", DANISH),
    ("nb", NORWEGIAN),
    ("pl", POLISH),
    ("cs", CZECH),
    ("ro", ROMANIAN),
    ("tr", TURKISH),
    ("id", INDONESIAN),
    ("fi", FINNISH),
    ("hu", HUNGARIAN),
    ("ca", CATALAN),
];

const ENGLISH: &str = "a able about absolutely after afternoon again all already also always am an and another any \
    anyone anything anytime are around as ask at available away back bath be because bed been before being best better \
    between book booked booking both bring but by bye call came can cannot cant check cheers closed come coming \
    could couldnt date day days deal deposit did didnt do does doesnt doing done dont double down each early either \
    else enough evening ever every everyone everything far few find fine first for free friday from full further get \
    getting give glad go going gonna good got great guest guests had happy has have havent having he hello help her \
    here hey hi him his home hope hour hours house how however i id if ill im in indeed instead into is isnt it its \
    ive january job just keep kind know last late later least leave let lets like little ll long look looking lot \
    love lovely made make many march may maybe me mean meet message might min mind minimum mins minute minutes \
    monday more morning most much must my name near need never new next nice night nights no nobody none nor not \
    nothing now of off often on once one only open or other our out over own per perfect person please \
    possible price private problem put quite rate rather re really reply right room rooms said same saturday say see \
    send session set she shoot should since so some someone something soon sorry sounds speak stay still stop such sunday sure take \
    talk tell than thank thanks that thats the their them then there theres these they thing things think this those though \
    thought three through thursday till time to today together tomorrow tonight too total tour trip try tuesday two u under until up \
    upon ur us use usually very wait want wanted was wasnt way we wednesday week weekend weeks welcome well were what \
    whatever when whenever where whether which while who whole why will wish with within without wont work works \
    would wouldnt write yeah year yep yes yesterday yet you your youre yours youve yourself";
const SPANISH: &str = "hola buenos buenas dias tardes noches gracias muchas favor claro vale perfecto que como cuando \
    donde porque por para pero con sin sobre entre hasta desde esta este esto estos estas estan estamos estoy es son \
    somos soy era fue ser tiene tienen tenemos tengo hay muy mas tambien solo si lo la las los el ella ellos un una \
    unos unas del al su sus tu tus mi mis nuestro nuestra le les nos te se y o podemos puede puedo pueden quieres \
    quiere quiero hacer hacemos noche habitacion habitaciones manana hoy ahora aqui alli bien bueno buena todo toda \
    todos precio reserva reservar semana viernes sabado domingo lunes martes miercoles jueves esperamos espero saludos \
    usted ustedes disponible quedamos nosotros cuanto euros abrazo encantado encantada siento lamento necesita";
const PORTUGUESE: &str = "ola oi bom boa dia tarde noite obrigado obrigada muito muita favor claro certo sim nao que \
    como quando onde porque por para pra mas com sem sobre entre ate desde esta este isto isso estou estamos estao e \
    sou somos era foi ser tem temos tenho mais tambem so ja se o os as ao aos um uma uns umas do da dos das no na \
    nos nas seu sua seus suas meu minha nosso nossa voce voces lhe podemos pode posso podem quer quero fazer fazemos \
    marcar quarto quartos amanha hoje agora aqui ali bem tudo toda todos preco reserva reservar semana sexta sabado \
    domingo segunda terca quarta quinta feira esperamos espero abraco cumprimentos disponivel gostaria gosto faz \
    ficamos prazer desculpe sinto pela pelo pelas pelos mensagem ate logo beijinhos beijos precisa";
const FRENCH: &str = "bonjour bonsoir salut merci beaucoup oui non si que qui quoi quand comme parce pour avec sans \
    dans chez mais ou et donc car est sont etes sommes suis etait sera serait etre avez avons ont avoir vous nous ils \
    elle elles je tu il le la les un une des du au aux ce cet cette ces votre vos notre nos mon ma mes ton ta tes \
    leur leurs pas tres aussi bien bon bonne tout tous toute peut pouvons pouvez peux veux voulez faire chambre \
    chambres nuit nuits demain aujourd hui maintenant ici prix semaine vendredi samedi dimanche lundi mardi mercredi \
    jeudi bientot plaisir desole desolee voici voila disponible cordialement reserver serait seance jour jours \
    accord besoin";
const GERMAN: &str = "hallo guten tag morgen abend danke vielen dank bitte ja nein gerne gern klar und oder aber \
    denn weil dass wenn ob ist sind bin bist war waren wird werden wurde kann konnen konnte muss mussen soll haben \
    habe hat hatte ich du er sie es wir ihr mich dich uns euch ihnen ihm ihn mir dir der die das den dem des ein eine \
    einen einem einer eines kein keine nicht auch nur noch schon sehr mehr fur mit von zu zum zur bei nach aus auf \
    uber unter vor bis durch ohne um am im als wie was wer wo wann warum hier dort heute jetzt immer zimmer nacht \
    nachte preis woche freitag samstag sonntag montag dienstag mittwoch donnerstag grusse freue freuen leider alles \
    gut frei verfugbar moglich mein meine dein deine sein seine unser unsere ihre ihren ihrer buchung buchen";
const ITALIAN: &str = "buongiorno buonasera grazie mille prego si no certo che chi come quando dove perche per \
    con senza tra fra su sul sulla nel nella nei nelle di del della dei delle degli dal dalla al alla ai alle il lo la \
    i gli le un uno una e o ma anche solo gia non piu molto sono sei siamo siete era sara essere ho hai abbiamo \
    avete hanno avere mi ti ci vi mio mia tuo tua suo sua nostro nostra vostro possiamo puo puoi posso vuole vuoi \
    voglio fare facciamo camera camere notte notti domani oggi adesso ora qui bene buono buona tutto tutti prezzo \
    settimana venerdi sabato domenica lunedi martedi mercoledi giovedi aspetto aspettiamo saluti disponibile presto \
    piacere dispiace questo questa prenotare prenotazione";
const DUTCH: &str = "hallo goedemorgen goedemiddag goedenavond dag dank bedankt alsjeblieft alstublieft ja nee graag \
    natuurlijk en of maar want omdat dat dit deze die het een de is zijn ben bent was waren wordt worden kan kunnen \
    kunt moet moeten mag wil willen wilt heb hebt heeft hebben had ik jij je u hij zij ze wij we jullie mij jou ons \
    hun mijn jouw uw onze geen niet ook nog al zeer meer voor met van naar bij uit op over onder tot door zonder om \
    aan als hoe wat wie waar wanneer waarom hier daar vandaag morgen nu altijd kamer kamers nacht nachten prijs week \
    vrijdag zaterdag zondag maandag dinsdag woensdag donderdag groetjes groeten helaas alles goed vrij beschikbaar \
    mogelijk tot snel leuk prima boeken boeking";
const SWEDISH: &str = "hej tack snalla ja nej garna och eller men att det den detta ar var vara kan ska skulle vill \
    har hade jag du han hon vi ni mig dig oss er dem min mitt din ditt var vart inte aven bara mycket mer for med av \
    fran till pa om under utan som hur vad vem nar varfor har dar idag imorgon nu rum natt natter pris vecka fredag \
    lordag sondag mandag tisdag onsdag torsdag halsningar tyvarr allt bra ledigt valkommen valkomna meddelande snart \
    ett en";
const DANISH: &str = "hej tak venligst ja nej gerne og eller men at det den dette er var vaere kan skal skulle vil har \
    havde jeg du han hun vi mig dig os jer dem min mit din dit vores ikke ogsaa kun meget mere for med af fra til paa \
    om under uden som hvordan hvad hvem hvornar hvorfor her der idag imorgon nu vaerelse nat naetter pris uge fredag \
    lordag sondag mandag tirsdag onsdag torsdag hilsen desvaerre alt godt ledigt velkommen besked snart et en glaeder";
const NORWEGIAN: &str = "hei takk vennligst ja nei gjerne og eller men at det den dette er var vaere kan skal skulle \
    vil har hadde jeg du han hun vi dere meg deg oss dem min mitt din ditt vart ikke ogsa bare mye mer for med av fra \
    til pa om under uten som hvordan hva hvem nar hvorfor her der idag imorgen na rom natt netter pris uke fredag \
    lordag sondag mandag tirsdag onsdag torsdag hilsen dessverre alt bra ledig velkommen melding snart et en gleder";
const POLISH: &str = "czesc dzien dobry dziekuje dziekujemy prosze tak nie oczywiscie jest sa bylo byl bedzie mamy mam \
    masz ma moze mozemy mozna chce chcesz ja ty on ona my wy oni mnie ciebie nas was ich moj moja twoj nasz nasza i \
    oraz lub ale bo ze zeby gdy jesli jak co kto gdzie kiedy dlaczego tu tam dzis jutro teraz pokoj pokoje noc noce \
    cena tydzien piatek sobota niedziela poniedzialek wtorek sroda czwartek pozdrawiam niestety wszystko dobrze wolny \
    wolne wiadomosc za do na od po przed dla przy bez sie juz tylko bardzo takze rowniez do zobaczenia";
const CZECH: &str = "ahoj dobry den dekuji dekujeme diky prosim ano ne samozrejme je jsou byl bude budeme mame mam mate \
    muze muzeme muzete chci chcete ja ty on ona my vy oni me te nas vas jejich muj moje vas nas nase a i nebo ale \
    protoze ze aby kdyz jestli jak co kdo kde kdy proc tady tam dnes zitra ted pokoj pokoje noc noci cena tyden patek \
    sobota nedele pondeli utery streda ctvrtek pozdravem bohuzel vsechno dobre volny volno zprava do na od po pred pro \
    pri bez se uz jen jenom velmi take tesime";
const ROMANIAN: &str = "buna ziua salut multumesc multumim te rog va rog da nu sigur este sunt suntem era va fi avem am \
    ai are au poate putem puteti vreau vrei eu tu el ea noi voi ei mine tine ne meu mea tau ta nostru noastra si sau \
    dar pentru ca daca cum ce cine unde cand acum aici acolo azi maine camera camere noapte nopti pret saptamana \
    vineri sambata duminica luni marti miercuri joi salutari din pacate totul bine liber libera mesaj cu fara la de \
    din pe pana dupa inainte doar foarte asteptam curand";
const TURKISH: &str = "merhaba selam tesekkurler tesekkur ederim ederiz lutfen evet hayir tabii tabi ki var yok mi mu \
    degil icin ile ve veya ama fakat cunku eger nasil ne kim nerede zaman neden burada orada bugun yarin simdi oda \
    odalar gece fiyat hafta cuma cumartesi pazar pazartesi sali carsamba persembe selamlar maalesef hepsi iyi musait \
    bos mesaj ben sen biz siz onlar bana sana bize size benim senin bizim sizin cok daha sadece bir bu su gibi kadar \
    olarak olur bekliyoruz gorusmek uzere";
const INDONESIAN: &str = "halo hai selamat pagi siang sore malam terima kasih tolong silakan tidak bukan tentu saja \
    adalah ada akan sudah belum bisa dapat harus mau ingin saya aku kamu anda dia kami kita mereka dan atau tetapi \
    tapi karena kalau jika bagaimana apa siapa mana kapan mengapa kenapa di ke dari untuk dengan tanpa pada oleh yang \
    ini itu sini sana hari besok sekarang kamar harga minggu jumat sabtu senin selasa rabu kamis salam maaf semua baik \
    masih tersedia pesan juga hanya sangat sampai jumpa";
const FINNISH: &str = "hei moi kiitos ole hyva kylla ei tietenkin on ovat oli olla olemme voi voimme voitte haluan \
    haluatte mina sina han me te he minun sinun meidan teidan ja tai mutta koska etta jos kun miten mita kuka missa \
    milloin miksi taalla siella tanaan huomenna nyt huone huoneet yo hinta viikko perjantai lauantai sunnuntai \
    maanantai tiistai keskiviikko torstai terveisin valitettavasti kaikki hyvin vapaana viesti myos vain hyvin paljon \
    pian tervetuloa viestistasi";
const HUNGARIAN: &str = "szia jo napot koszonom koszonjuk kerem igen nem persze van vannak volt lesz lehet tudunk tudok \
    szeretne en te o mi ti az es vagy de mert hogy hogyan mit ki hol mikor miert itt ott ma holnap most szoba \
    ejszaka ar het pentek szombat vasarnap hetfo kedd szerda csutortok udvozlettel sajnos minden jol szabad uzenet \
    csak nagyon meg mar is egy ezt azt varjuk hamarosan";
const CATALAN: &str = "hola bon dia bona tarda nit gracies moltes si no clar que com quan on perque per amb sense sobre \
    entre fins des aquest aquesta aixo estem estic es son som era ser te tenim tinc hi molt mes tambe nomes ja el \
    la els les un una del al seu seva meu meva nostre nostra podem pot puc poden vol vull fer fem habitacio dema avui \
    ara aqui tot tota tots preu reserva setmana divendres dissabte diumenge dilluns dimarts dimecres dijous esperem \
    salutacions disponible";

/// Every known word with the languages it speaks for.
static WORDS: LazyLock<WordMap<LanguageSet>> = LazyLock::new(|| {
    let mut sets: BTreeMap<&str, LanguageSet> = BTreeMap::new();
    for (bit, (_, words)) in LANGUAGES.iter().enumerate() {
        for word in words.split_ascii_whitespace() {
            *sets.entry(word).or_default() |= 1 << bit;
        }
    }
    WordMap::of(sets)
});

/// The languages that a folded word speaks for; none when it is not known.
pub(super) fn languages_of(word: &str) -> LanguageSet {
    WORDS.get(word).unwrap_or(0)
}

/// The same for a word in two pieces.
pub(super) fn languages_of_both(start: &str, end: &str) -> LanguageSet {
    WORDS.get_joined(start, end).unwrap_or(0)
}

/// The set that holds one language; none when its words are not known. The tag may have a region.
pub(super) fn set_of(tag: &str) -> Option<LanguageSet> {
    let primary = match tag.split('-').next().unwrap_or_default() {
        "no" | "nn" => "nb",
        "ms" => "id",
        other => other,
    };
    LANGUAGES.iter().position(|(known, _)| *known == primary).map(|bit| 1 << bit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_speaks_for_all_its_languages() {
        let of = |tag: &str| set_of(tag).unwrap();
        assert_eq!(languages_of("the"), of("en"));
        assert_eq!(languages_of("podemos"), of("es") | of("pt"));
        assert_eq!(languages_of("xylophone"), 0);
        assert_eq!(languages_of("надо"), 0);
        assert_eq!(languages_of(&"a".repeat(17)), 0);
        assert_eq!(of("pt-BR"), of("pt"));
        assert_eq!(set_of("tlh"), None);
    }

    #[test]
    fn every_word_is_short_and_folded() {
        assert!(LANGUAGES.len() <= LanguageSet::BITS as usize);
        for (tag, words) in LANGUAGES {
            for word in words.split_ascii_whitespace() {
                assert!(word.len() <= 16 && word.bytes().all(|b| b.is_ascii_lowercase()), "{tag}: {word}");
            }
        }
    }
}
