//! Signs in other languages than English, where the words leave little doubt.

use std::sync::LazyLock;

use regex::Regex;

use super::{
    Pattern,
    SafetyKind::{self, Coercion, Distress, Minor},
    SafetySignal,
};

/// In Latin letters, without accents.
pub(super) const PATTERNS: &[Pattern] = &[
    Pattern {
        kind: Coercion,
        rule: "coercion.languages",
        words: "no me (?:deja|dejan) (?:salir|ir|irme|hablar)|me (?:obliga|obligan|fuerza|fuerzan|tienen \
             (?:encerrad|retenid|secuestrad)[ao])|\
         contra mi voluntad|me (?:quitaron|quito) (?:el|mi) pasaporte|(?:trata|trafico) de personas|nao me \
         (?:deixa|deixam) (?:sair|ir)|me \
         (?:obriga|obrigam|forcam)|(?:estou|estao me) (?:presa|preso|mantendo)|contra a minha \
         vontade|(?:tiraram|ficaram com|pegaram) (?:o )?meu \
         passaporte|trafico (?:de pessoas|humano)|ne (?:me|nous) (?:laisse|laissent) pas \
         (?:sortir|partir)|(?:me|nous) (?:force|forcent|oblige|obligent) \
         a|on m'(?:a )?(?:enferme|oblige|force)|contre (?:mon|son|leur) gre|(?:pris|confisque) mon \
         passeport|traite (?:humaine|des etres|des femmes)|(?:lasst|\
         laesst|lassen) (?:mich|uns) nicht (?:raus|gehen|weg|mehr)|(?:werde|werden|wird) (?:hier \
         )?(?:gezwungen|festgehalten|eingesperrt)|gegen (?:meinen|\
         ihren|unseren) willen|(?:meinen|mir den) (?:reise)?pass (?:weggenommen|abgenommen)|zwingt \
         (?:mich|uns)|zwingen (?:mich|uns)|menschenhandel|non (?:mi|\
         ci) (?:lascia|lasciano|fa|fanno) (?:uscire|andare)|(?:mi|ci) \
         (?:costringe|costringono|obbliga|obbligano)|contro la mia volonta|(?:preso|tolto) (?:il )?(?:mio )?\
         passaporto|tratta (?:di|delle) (?:persone|esseri)|(?:laat|laten) (?:me|mij|ons) niet \
         (?:gaan|weg)|(?:word|worden) (?:vastgehouden|gedwongen)|mensenhandel|\
         (?:nie pozwala|nie pozwalaja) mi (?:wyjsc|odejsc)|zmusza(?:ja)? mnie|handel ludzmi",
        unless: "",
    },
    Pattern {
        kind: Distress,
        rule: "distress.languages",
        words: "(?:quiero|quisiera) (?:morir|morirme|matarme|suicidarme)|(?:me (?:quiero|voy a) \
             (?:matar|morir|suicidar))|suicid\\w*|no quiero (?:vivir|seguir viviendo)|\
         quitarme la vida|(?:quero|queria|vou) (?:morrer|me matar|me suicidar)|(?:nao quero (?:mais \
         )?viver)|tirar a minha vida|(?:je )?(?:veux|vais|voudrais) (?:mourir|me tuer|\
         me suicider|en finir)|(?:plus envie de vivre)|(?:will|mochte|moechte) (?:nur noch |nicht mehr \
         )?(?:sterben|leben)|(?:bringe|bring) mich um|mich umbringen|selbstmord|mir das \
         leben nehmen|(?:voglio|vorrei) (?:morire|uccidermi|ammazzarmi|farla finita)|(?:mi uccido|mi \
         ammazzo|uccidermi)|non voglio piu vivere|wil (?:ik )?(?:dood|niet meer leven|sterven)|\
         zelfmoord|(?:ik )?(?:wil )?mezelf (?:doden|ombrengen|pijn doen)|vill (?:do|inte \
         leva)|sjalvmord|chce (?:umrzec|sie zabic)|samobojstw\\w*|\
         (?:marido|esposo|novio|pareja|padre|ex) me (?:pega|golpea|maltrata|amenaza|pego)|me (?:esta|estan) \
         (?:pegando|siguiendo|golpeando)|me (?:violo|violaron|agredio|agredieron)|\
         (?:marido|namorado|companheiro|pai|ex) me (?:bate|bateu|agride|ameaca)|(?:fui|sou|estou sendo) \
         (?:violada|agredida|espancada|perseguida)|(?:mari|copain|pere|conjoint|ex) (?:me|m'a) \
         (?:bat|frappe|battue?|menace)|(?:j'ai ete|on m'a) \
         (?:violee?|agressee?|frappee?|droguee?)|(?:mann|freund|vater|partner|ex) \
         (?:schlagt|schlaegt|bedroht|verpru\\w+|misshandelt) mich|\
         (?:er|sie) (?:schlagt|schlaegt|bedroht|verfolgt|misshandelt) mich|(?:wurde|bin) \
         (?:vergewaltigt|uberfallen|angegriffen|bedroht|verfolgt)(?: \
         worden)?|(?:marito|fidanzato|compagno|padre|ex) mi \
         (?:picchia|ha picchiat\\w+|minaccia|maltratta)|(?:sono stat[ao]) \
         (?:violentat\\w|aggredit\\w|picchiat\\w|drogat\\w)|(?:hij|zij|man|vriend|vader) \
         (?:slaat|bedreigt|mishandelt|stalkt) (?:me|mij)|\
         maz mnie bije|(?:tengo|tenho) (?:mucho |muito )?(?:miedo|medo) de (?:el|ella|ele|mi \
         (?:marido|novio|padre)|meu (?:marido|pai))|(?:j'ai peur de (?:lui|mon mari))|(?:habe|hab) angst vor \
         (?:ihm|meinem)|\
         (?:llame|llamen|llama|chame|chamem|chama) (?:a |la |una |um |uma \
         )*(?:policia|ambulancia)|(?:appelez|appelle) (?:la |une |les \
         )*(?:police|ambulance|secours|pompiers)|(?:rufen sie|ruf|rufe) \
         (?:die |einen )*(?:polizei|krankenwagen|notarzt|feuerwehr)|(?:chiamate|chiama) (?:la |un'|una \
         )*(?:polizia|ambulanza)|(?:bel|bellen) (?:de |een )*(?:politie|ambulance)|socorro|auxilio|au \
         secours|\
         aidez moi|helft mir|aiutatemi|violencia domestica|violence conjugale|hausliche gewalt|violenza \
         domestica|no puedo respirar|nao consigo respirar|je n'arrive (?:pas|plus) a respirer|kann nicht \
         (?:mehr )?atmen|\
         non riesco a respirare",
        unless: "(?:de risa|de rire|vor lachen|de hambre|de fome|de faim|suicide (?:squad|silence))",
    },
    Pattern {
        kind: Minor,
        rule: "minor.languages",
        words: "(?:tengo|tenemos) (?:solo |casi )?(?:[6-9]|1[0-7]) anos|(?:soy|somos) menor(?:es)?(?: de \
             edad)?|mis padres no (?:saben|me dejan)|(?:tenho|temos) (?:so |apenas |quase )?(?:[6-9]|1[0-7]) \
             anos|\
         (?:sou|somos) menor(?:es)?(?: de idade)?|(?:os )?meus pais nao (?:sabem|deixam)|(?:j'ai|nous avons) \
         (?:seulement |juste |presque )?(?:[6-9]|1[0-7]) ans|(?:je suis|nous sommes) mineure?s?|mes parents \
         ne \
         (?:savent|sont)|(?:ich bin|wir sind|bin) (?:erst |nur |fast |beide )?(?:[6-9]|1[0-7])(?: \
         (?:jahre?(?: alt)?|und|aber)|$)|(?:ich bin|bin|wir sind) (?:noch )?minderjahrig|meine eltern \
         (?:wissen|durfen|erlauben)|(?:ho|\
         abbiamo) (?:solo |quasi )?(?:[6-9]|1[0-7]) anni|(?:sono|siamo) minorenn[ei]|i miei (?:genitori \
         )?non (?:sanno|lo sanno)|(?:ik ben|wij zijn|we zijn) (?:pas |nog maar |bijna )?(?:[6-9]|1[0-7])(?: \
         (?:jaar(?: oud)?|en|maar)|\
         $)|(?:ik ben )?minderjarig|mam (?:dopiero |prawie )?(?:[6-9]|1[0-7]) lat|jestem \
         niepelnoletni[a]?|jag ar (?:bara )?(?:[6-9]|1[0-7])(?: ar|$)",
        unless: "(?:anos|ans|anni|jahre|jaar) (?:de |d'|di |van \
             )?(?:casad\\w+|experiencia|experience|viviendo|vivendo|maries|matrimonio|erfahrung|ervaring|sposati)|hij[oa]s?|filh[oa]s?|enfants?|kinder|figl[iao]+",
    },
];

/// In other scripts, as said.
static OTHER_SCRIPTS: LazyLock<Vec<(SafetyKind, &str, Regex)>> = LazyLock::new(|| {
    let sign = |kind, rule, words: &str| {
        (kind, rule, Regex::new(words).expect("a constant pattern, which a test compiles"))
    };
    vec![
        sign(
            Coercion,
            "coercion.scripts",
            "не выпускает|не отпускает|меня держат|против (?:моей )?воли|заставляют|забрали паспорт|не \
                 відпускає|проти волі|不让我走|不讓我走|强迫我|護照被|护照被|出してくれない|監禁|\
             강제로|감금|لا يسمح(?:ون)? لي|ضد إرادتي|يجبرن|أخذوا جواز|जबरदस्ती|παρά τη θέλησή",
        ),
        sign(
            Distress,
            "distress.scripts",
            "хочу умереть|не хочу жить|покончить с собой|убить себя|суицид|хочу померти|не хочу \
                 жити|想死|不想活|自杀|自殺|轻生|死にたい|消えたい|죽고 싶|자살|أريد أن أموت|انتحار|لا أريد أن أعيش|मरना \
                 चाहत|आत्महत्या|\
             θέλω να πεθάνω|αυτοκτον|רוצה למות|להתאבד|อยากตาย|ฆ่าตัวตาย|бь[её]т меня|меня \
             бь[её]т|изнасил|помогите|вызовите (?:полицию|скорую)|б'є \
             мене|допоможіть|家暴|强奸|強姦|救命|报警|報警|助けて|殴られ|\
             救急車|警察を呼|때려요|살려|경찰을 불러|يضربني|النجدة|ساعدوني|اغتصب|मारता है|बचाओ|βοήθεια|με χτυπ|הצילו|מכה \
             אותי|ช่วยด้วย",
        ),
        sign(
            Minor,
            "minor.scripts",
            "мне (?:только |всего )?(?:[6-9]|1[0-7])(?: лет|\\s*$)|я несовершеннолетн|мені (?:[6-9]|1[0-7]) \
                 (?:років|рок)|我(?:今年|才|只有)?(?:[6-9]|1[0-7])[岁歲]|未成年|(?:[6-9]|1[0-7])歳です|미성년|(?:[6-9]|1[0-7])살(?:이|입|인|$)|\
             عمري (?:[6-9]|1[0-7])|قاصر|मैं (?:[6-9]|1[0-7]) साल|नाबालिग|είμαι (?:[6-9]|1[0-7])|ανήλικ",
        ),
    ]
});

/// The gravest sign in other scripts.
pub(super) fn in_other_scripts(said: &str) -> Option<SafetySignal> {
    if said.is_ascii() {
        return None;
    }
    let lower = said.to_lowercase();
    OTHER_SCRIPTS.iter().find_map(|(kind, rule, words)| {
        let text = words.find(&lower)?.as_str().to_owned();
        Some(SafetySignal { kind: *kind, rule: (*rule).to_owned(), text })
    })
}
