//! What is refused to guests and travellers.

use super::Theme;

/// Leaving late.
pub(super) const LATE_CHECK_OUT: Theme = Theme {
    named_by: &["(late|later) (check out|checkout|departure)"],
    phrases: &[
        "(late|later|delayed|extended|flexible) (check out|checkout|check outs|checkouts|departure|departures)",
        "(check|checking) out (a bit|a little|much|) (late|later|at (noon|midday|12|1|2|3|4|one|two|three|\
         four)|after|when you like|whenever|any time|anytime|in the afternoon)",
        "(check out|checkout|departure) (can be|is|at|could be|until|till) (late|later|noon|midday|flexible|\
         one|two|three|1pm|2pm|3pm|1 pm|2 pm|3 pm|the afternoon)",
        "(stay|keep|have|remain|use) .. (until|till|til) (the afternoon|noon|midday|12|1|2|3|4|one|two|three|\
         four|evening|the evening|late|later|whenever)",
        "(leave|leaving|vacate) (the room|) (a bit|a little|somewhat|) (late|later)",
        "(extend|push|push back|move|delay) (your|the) (check out|checkout|departure)",
        "no (rush|hurry|need) to (leave|check out|vacate)",
        "take your time (checking|leaving|with the check out|with check out|packing)",
        "(salida tardia|salir mas tarde|saida tardia|sair mais tarde|check out tardio|depart tardif|partir \
         plus tard|spate abreise|spater auschecken|spates auschecken|spater abreisen|spateren check out|\
         spater checkout|partenza posticipata|check out posticipato|check out tardivo|partire piu tardi)",
    ],
};

/// Coming early.
pub(super) const EARLY_CHECK_IN: Theme = Theme {
    named_by: &["(early|earlier) (check in|checkin|arrival)"],
    phrases: &[
        "(early|earlier|flexible) (check in|checkin|check ins|checkins|arrival|arrivals|access)",
        "(check|checking) in (a bit|a little|much|) (early|earlier|before|at (noon|midday|10|11|12|1|ten|\
         eleven|twelve|one)|in the morning|whenever|any time|anytime)",
        "(arrive|come|arriving|coming|get in|be here) (a bit|a little|as|) (early|earlier)",
        "(room|rooms) (will be|can be|is|could be) ready (early|earlier|in the morning|by (noon|midday|ten|\
         eleven)|before)",
        "(entrada anticipada|entrar antes|llegar antes|check in antecipado|entrada antecipada|chegar mais \
         cedo|arrivee anticipee|arriver plus tot|fruhe anreise|fruher einchecken|fruher check in|\
         fruhzeitiger check in|check in anticipato|arrivo anticipato|arrivare prima)",
    ],
};

/// Animals.
pub(super) const PETS: Theme = Theme {
    named_by: &["(pet|pets|dog|dogs|cat|cats|animal|animals)"],
    phrases: &[
        "(dog|dogs|cat|cats|pet|pets|puppy|puppies|animals|furry friend|furry friends) .. (welcome|allowed|\
         permitted|accepted|no problem|come too|join)",
        "(dog|dogs|pet|pets|cat|cats) (is|are) (fine|ok|okay|free)",
        "(bring|bringing|take|have|with) (your|the|a|) (dog|dogs|cat|pet|pets|puppy)",
        "(pet|dog|animal|dogs|pets) friendly",
        "(love|accept|allow|take|welcome|host) (dogs|pets|animals|cats|puppies|small dogs)",
        "(mascota|mascotas|perro|perros|animais de estimacao|cachorro|cachorros|animaux|chien|chiens|\
         haustier|haustiere|hund|hunde|animali|cane|cani) (bienvenidas|bienvenidos|permitidos|permitidas|bem \
         vindos|permitidos|bienvenus|acceptes|admis|willkommen|erlaubt|benvenuti|ammessi|ammesse|son|sao|\
         sont|sind|sono)",
    ],
};

/// Meals brought to the room.
pub(super) const ROOM_SERVICE: Theme = Theme {
    named_by: &["(breakfast in bed|room service|meals in the room)"],
    phrases: &[
        "(breakfast|dinner|lunch|meal|meals|coffee|tea) (in bed|in (your|the) (room|bedroom)|to (your|the) \
         (room|bed|bedroom|door))",
        "(room service|roomservice|servicio de habitaciones|servico de quarto|service en chambre|\
         zimmerservice|servizio in camera)",
        "(bring|serve|deliver|carry|bringing|serving) .. (breakfast|food|dinner|tea|coffee|meal) (up|) (to|\
         in) (you|your|bed|the)",
        "(desayuno en la cama|cafe da manha na cama|pequeno almoco na cama|petit dejeuner au lit|fruhstuck \
         (im bett|ans bett|aufs zimmer)|colazione a letto|colazione in camera)",
    ],
};

/// The house for one party.
pub(super) const EXCLUSIVE_USE: Theme = Theme {
    named_by: &["(exclusive|exclusivity|private hire|buyout|whole house|entire house)"],
    phrases: &[
        "exclusive (use|hire|access|booking|rental|stay|occupancy|exclusivity)",
        "exclusively (for|to) (you|your (group|family|party))",
        "(whole|entire|full|complete) (house|place|property|guesthouse|venue|villa|studio|salon|floor|\
         building|boat|bus) (to yourselves|to yourself|for you|just for you|for your (group|family|party)|is \
         yours|all to yourselves)",
        "(all|just|place|house) to (yourself|yourselves)",
        "(private hire|private booking|buyout|buy out|sole use|sole occupancy|uso exclusivo|privatisation|\
         privatiser|exklusivnutzung|exklusiv|uso esclusivo|in esclusiva|en exclusiva|em exclusivo)",
        "(nobody|no one|no other guests|noone) (else|) (will be|in the|staying|there)",
    ],
};

/// Drinks.
pub(super) const ALCOHOL: Theme = Theme {
    named_by: &["(alcohol|wine|beer|drinks|spirits|booze)"],
    phrases: &[
        "(alcohol|alcoholic|wine|wines|beer|beers|prosecco|champagne|cava|cocktail|cocktails|whiskey|whisky|\
         gin|vodka|rum|pint|pints|booze|bubbly|minibar|mini bar|open bar|happy hour|vino|cerveza|vinho|\
         cerveja|vin|biere|wein|bier|birra)",
        "(welcome|free|complimentary|a|some) (drink|drinks)",
    ],
};

/// Smoke.
pub(super) const SMOKING: Theme = Theme {
    named_by: &["(smoking|smoke|smokers|vaping)"],
    phrases: &[
        "(smoking|smoke|smokes|smoker|smokers|vape|vapes|vaping|cigarette|cigarettes|cigars|fumar|fumer|\
         rauchen|fumare)",
    ],
};

/// Parties in the house.
pub(super) const PARTIES: Theme = Theme {
    named_by: &["(party|parties|events|hen parties|stag parties|celebrations)"],
    phrases: &[
        "(party|parties|partying|hen (do|dos|party|weekend|night)|stag (do|dos|party|weekend|night)|bachelor \
         party|bachelorette|celebration|celebrations|reception|wedding reception|rave|fiesta|fiestas|festa|\
         festas|soiree|feier|feiern|festa)",
    ],
};

/// Children.
pub(super) const CHILDREN: Theme = Theme {
    named_by: &["(children|kids|babies|infants|toddlers|childcare|babysitting)"],
    phrases: &[
        "(child|children|kid|kids|baby|babies|infant|infants|toddler|toddlers|little ones|cot|cots|crib|high \
         chair|highchair|babysitting|babysitter|babysit|childcare|ninos|criancas|enfants|kinder|bambini)",
    ],
};

/// Rides.
pub(super) const TRANSFER: Theme = Theme {
    named_by: &[
        "(airport|station|shuttle) (transfer|transfers|pickup|pick up|pickups|pick ups|shuttle|shuttles|collection|)",
    ],
    phrases: &[
        "(airport|station) (transfer|transfers|pickup|pick up|pickups|pick ups|shuttle|shuttles|run|runs|\
         lift|lifts|collection|drop off|dropoff|ride|rides|service|transport)",
        "(pick|picking|collect|collecting|fetch|fetching|meet|meeting|grab) (you|u|them|everyone) .. \
         (airport|station|terminal|train|arrivals|ferry)",
        "(drop|take|bring|drive|run|taking|bringing|driving|dropping|lift) (you|u|) (off|) (at|to|back to) \
         (the|) (airport|station|terminal|ferry)",
        "(lift|ride|transfer|transfers|shuttle|transport|pickup|pick up) (from|to|to and from|from and to) \
         (the|) (airport|station|terminal|ferry|port)",
        "(shuttle (service|bus)|we pick (you|guests) up|(i|we) (can|could|will|ll|would) (pick|collect) (you|\
         u) (up|))",
        "(traslado|traslados|recogerte|recogerle|recogerlos|recogida) (al|en el|del|desde el|en la|a la) \
         (aeropuerto|estacion)",
        "(transfer|transfers|traslado|buscar|apanhar) (do|ao|no|para o|de) aeroporto",
        "(navette|transfert|transferts|chercher) (a l|de l|vers l|aeroport|pour l|) aeroport",
        "(flughafentransfer|flughafenabholung|abholservice|vom flughafen (ab|abholen|holen)|am flughafen (ab|\
         abholen)|transfer (aeroportuale|dall aeroporto|per l aeroporto|da e per l aeroporto)|navetta)",
    ],
};

/// A car with somebody who drives it.
pub(super) const DRIVER: Theme = Theme {
    named_by: &["(driver|drivers|chauffeur|driving service|car service)"],
    phrases: &[
        "(chauffeur|chauffeurs|chauffeured|limo|limos|limousine)",
        "(private|personal|own|dedicated|exclusive|a|your|our|my|the|professional|hired) (driver|drivers)",
        "(private|personal|dedicated) (car|cars|vehicle|transfer|transfers|van|minivan|transport|ride)",
        "driver .. (for|to) (you|your group|yourselves|your family)",
        "(car|van|vehicle) (and|with|plus) (a|your own|) driver",
        "(drive|driving|chauffeur) (you|u|everyone|your group) (around|everywhere|there|back|home|to|from|\
         between|in|all)",
        "(pick|picking|collect) (you|u) up (by|with|in) (a|my|our|) (car|van|private)",
        "(conductor|chofer|motorista|condutor|chauffeur|fahrer|autista) (privado|particular|prive|privato|\
         personal|personale|prive|)",
        "(privatfahrer|privatchauffeur|mit fahrer|con conductor|con chofer|com motorista|avec chauffeur|con \
         autista)",
    ],
};

/// A way past those who wait.
pub(super) const SKIP_THE_LINE: Theme = Theme {
    named_by: &["(queue jumping|line skipping|fast track|priority access|skip line|skip queue)"],
    phrases: &[
        "(skip|skipping|skips|jump|jumping|beat|beating|bypass|bypassing|avoid|avoiding|cut|miss|dodge|past|\
         ahead of) (the|all the|any|the long|) (line|lines|queue|queues|queuing|queueing|wait|waiting)",
        "(fast|quick|speedy) (track|lane|entry|pass|entrance|access|tracks)",
        "(priority|express|vip|timed|direct|immediate|preferential) (entry|access|entrance|admission|\
         boarding|ticket|tickets|pass|passes|lane|line|queue)",
        "(no|without|zero) (queue|queues|line|lines|waiting|queuing|queueing|wait)",
        "(front|head|top) of the (line|queue)",
        "(straight|right|directly) (to the front|past the (queue|line|crowd|crowds)|through the (gate|\
         entrance|door))",
        "(walk|go|get|going|walking|let you|get you|take you) (straight|right|directly) (in|inside|through|\
         past)",
        "(queue|line) (jump|jumping|jumper|skip|skipping)",
        "(saltar la cola|saltarse la cola|saltarte la cola|saltar la fila|sin colas|sin hacer cola|sin cola|\
         sin esperar|sin esperas|acceso prioritario|entrada prioritaria|furar a fila|furar fila|sem filas|\
         sem fila|sem esperar|acesso prioritario)",
        "(coupe file|coupe files|sans queue|sans faire la queue|sans attente|sans attendre|acces prioritaire|\
         entree prioritaire|ohne anstehen|ohne warteschlange|ohne wartezeit|ohne schlange|schnelleinlass|\
         salta fila|salta la fila|salta coda|salta la coda|senza fila|senza coda|saltafila|saltacoda|accesso \
         prioritario|ingresso prioritario)",
    ],
};
