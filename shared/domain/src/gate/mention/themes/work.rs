//! What is refused by those who work to order: photographers, tutors, salons, trades.

use super::Theme;

/// Originals of a photographer.
pub(super) const RAW_FILES: Theme = Theme {
    named_by: &["(raw|raws|unedited photos|original files|all (photos|images|pictures))"],
    phrases: &[
        "(raws|raw (file|files|image|images|photo|photos|pic|pics|picture|pictures|footage|shots|format|\
         versions|data|material|originals|copies|ones))",
        "(files|file|photos|images|pictures|pics|footage|shots|everything|them|it|copies|originals) (in|as) \
         (raw|dng|cr2|cr3|nef|arw)",
        "(all the|every) raw",
        "(unedited|unretouched|untouched|unprocessed|uncorrected|original|non edited|not edited|straight out \
         of camera|out of camera) (original|originals|photo|photos|image|images|picture|pictures|pics|shots|\
         file|files|footage|versions|version|copies|jpgs|jpegs|ones|set|material|negatives)",
        "(the|all|all the|all of the|camera|digital|unedited|your|my|send|include|get) (originals|negatives|\
         outtakes|unedited)",
        "(every|every single|all the|all of the|all your) (shot|shots|frame|frames|click|clicks|exposure|\
         exposures|photo we take|picture i take|photos i take|pictures i take)",
        "(full|whole|entire|complete) (memory card|card|sd card|take|camera roll|gallery of everything)",
        "(sooc|dng|dngs|cr2|cr3|nef files|memory card|sd card|camera files|source files|project files)",
        "(archivos|ficheros|fotos|imagenes|ficheiros|arquivos|imagens|fichiers|photos|images|dateien|bilder|\
         fotos|file|foto|immagini) (raw|sin editar|en bruto|brutos|em bruto|sem edicao|bruts|brutes|non \
         retouches|originales|originais|originaux|unbearbeitet|grezzi|grezze|originali|non modificate)",
        "(rohdateien|rohdaten|rohbilder|unbearbeitete (bilder|fotos|dateien)|raw dateien|originaldateien)",
    ],
};

/// Work done at once.
pub(super) const SAME_DAY: Theme = Theme {
    named_by: &[
        "(same day|rush|express|24 hour|instant|overnight) (edits|editing|delivery|turnaround|service|\
         results|repairs|repair|work|job|jobs|orders|order|gallery|appointment|appointments|)",
    ],
    phrases: &[
        "(same (day|evening|night|afternoon)|sameday|the very day|on the day itself|next day|24 hour turnaround|24h turnaround|\
         overnight)",
        "within (the|a few|an|a couple of|a|one|two|three|six|twelve|24|48|2|3|4|6|12|just a few|twenty \
         four) (hour|hours|hrs|h|minutes|day)",
        "in (a few|under 24|less than 24|24|48|2|3|just a few) (hours|hrs|h|minutes)",
        "(by|before) (tonight|this evening|this afternoon|end of day|the end of the day|close of business|\
         midnight|bedtime|dinner)",
        "(ready|edited|delivered|send|sent|finished|receive|deliver|edit|fix|fixed|repaired|photos|pictures|\
         gallery|edits|images|results|turn it around|turn them around) .. (today|tonight|this evening|\
         straight away|right away|immediately|by tomorrow|that evening|that night|there and then|then and \
         there)",
        "(on the spot|while you wait|instantly|instant (edits|gallery|delivery|prints|results)|in no time|\
         asap delivery)",
        "(express|rush|rushed|priority|expedited|urgent|fast) (edit|edits|editing|delivery|turnaround|order|\
         orders|job|service|processing)",
        "(el mismo dia|mismo dia|no mesmo dia|mesmo dia|le jour meme|jour meme|am selben tag|am gleichen tag|\
         noch heute|lo stesso giorno|stesso giorno|in giornata)",
    ],
};

/// Coming to the client.
pub(super) const HOME_VISIT: Theme = Theme {
    named_by: &["(home visit|home visits|house call|house calls|mobile service|at home|callout|call out)"],
    phrases: &[
        "(home|house) (visit|visits|call|calls|appointment|appointments|session|sessions)",
        "(come|travel|drive|pop|come over|get|coming|travelling) (out|over|round|) to (you|yours|your (home|\
         house|place|hotel|office|flat|apartment|door))",
        "(at|in) your (home|place|house|hotel|flat|apartment|own home)",
        "(a domicilio|ao domicilio|em sua casa|en tu casa|en su casa|a domicile|chez vous|chez toi|\
         hausbesuch|hausbesuche|zu ihnen nach hause|zu dir nach hause|bei ihnen zu hause|a casa tua|a casa \
         sua)",
    ],
};

/// Work on days of rest.
pub(super) const WEEKENDS: Theme = Theme {
    named_by: &["(weekend|weekends|saturdays|sundays|weekend work)"],
    phrases: &[
        "(weekend|weekends|saturday|saturdays|sunday|sundays)",
        "(fin de semana|fines de semana|fim de semana|fins de semana|sabado|sabados|domingo|domingos|week \
         end|week ends|samedi|samedis|dimanche|dimanches|wochenende|wochenenden|samstag|samstags|sonntag|\
         sonntags|fine settimana|sabato|domenica)",
    ],
};

/// Work at night.
pub(super) const OUT_OF_HOURS: Theme = Theme {
    named_by: &["(out of hours|after hours|evening|evenings|emergency|24 7|night work)"],
    phrases: &[
        "(out of hours|after hours|24 7|round the clock|around the clock|day or night|any hour|any time of \
         (day|night)|late evening|late evenings|middle of the night|emergency (call out|callout|service|\
         visit|appointment)|same evening)",
    ],
};

/// Doing the pupil's work.
pub(super) const GHOSTWRITING: Theme = Theme {
    named_by: &["(homework|essay|essays|assignments|coursework|ghostwriting|exam answers|exams)"],
    phrases: &[
        "(do|write|writing|finish|complete|sit|take|solve|draft|rewrite) (your|the|his|her|an|that) \
         (homework|essay|essays|assignment|assignments|coursework|exam|test|thesis|paper|dissertation)",
        "(homework|essay|essays|assignment|coursework) (for you|done|written|writing|service|finished)",
        "(exam|test) (answers|answer key|questions in advance)",
    ],
};

/// Advice of licensed professions.
pub(super) const ADVICE: Theme = Theme {
    named_by: &[
        "(medical|legal|tax|financial|investment) (advice|diagnosis|opinion)",
        "(diagnosis|diagnoses|prescriptions|prescription)",
    ],
    phrases: &[
        "(medical|legal|tax|financial|investment|health|dosage|nutritional) (advice|opinion|guidance|\
         recommendation|recommendations)",
        "(diagnose|diagnoses|diagnosed|diagnosis|prescribe|prescribes|prescribed|prescription|prescriptions|\
         cure|cures|heals|treats)",
    ],
};

/// Rights in pictures.
pub(super) const RIGHTS: Theme = Theme {
    named_by: &["(copyright|full rights|commercial (use|rights|licence|license)|usage rights|buyout)"],
    phrases: &[
        "(full|all|commercial|unlimited|exclusive|usage|reproduction|resale|whole|complete) (rights|\
         copyright|usage|licence|license|licensing|ownership|use)",
        "(copyright|copyrights|royalty free|commercial use|commercially|own the (photos|images|pictures|\
         files|copyright|rights)|use them (anywhere|however|commercially|for anything)|sell the (photos|\
         images|pictures)|resell|derechos|direitos|droits|nutzungsrechte|diritti)",
    ],
};

/// As much as anybody wants.
pub(super) const UNLIMITED: Theme = Theme {
    named_by: &["unlimited (edits|revisions|photos|changes|retouching|hours|lessons)"],
    phrases: &[
        "unlimited (edits|revisions|photos|changes|retouching|hours|lessons|rounds|images|pictures|\
         amendments|corrections|sessions|outfits|time)",
        "as many (edits|revisions|changes|photos|images|pictures|rounds|corrections|outfits|lessons|times) as",
        "until (you re|you are|youre) (happy|satisfied)",
    ],
};

/// Undress.
pub(super) const NUDITY: Theme = Theme {
    named_by: &["(nude|nudes|nudity|boudoir|topless|lingerie|adult)"],
    phrases: &[
        "(nude|nudes|nudity|boudoir|topless|naked|lingerie|implied nude|undressed|semi nude|desnudo|desnudos|\
         nu|nus|nackt|aktfotos|akt|nudo|nudi)",
    ],
};
