//! What is refused about money: lower prices, money back, paying another time, things for nothing.

use super::Theme;

/// A lower price.
pub(super) const DISCOUNT: Theme = Theme {
    named_by: &[
        "(haggling|bargaining|price reduction|price reductions|price cuts|lower prices|cheaper rates)",
    ],
    phrases: &[
        "(discount|discounts|discounted|discounting|promo|promos|promotion|promotions|promo code|coupon|\
         coupons|voucher code|rebate|rebates|bargain|bargains)",
        "(knock|knocking|knocked|shave|shaving|slash|chop) .. off",
        "(take|taking|get|give you|have|giving you) (something|a bit|a little|some|a few|a fiver|a tenner|\
         money|five|ten|fifteen|twenty|fifty|percent|some money|a chunk) (percent|euros|dollars|pounds|quid|\
         bucks|) off",
        "(cheaper|reduced|lower|special|better|friendly|sweet|preferential|favourable|favorable|mates|mate s|\
         friends|family|friends and family|student|senior|military|loyalty|locals|early bird|introductory|\
         intro|returning guest|returning client|last minute|promotional|sale|trade) (rate|rates|price|prices|\
         deal|deals|offer|offers|fee|tariff|pricing)",
        "cheaper (for (you|cash|two|three|both|longer|a)|if|option|than|per|this|next|on|in)",
        "(do|make|get|let you have) (it|that|you|this|them) (a bit|a little|much|) cheaper",
        "(a|the|do|cut|do you|cut you|make you) (a|) (sweet|little|nice|good|better|) deal (for you|on)",
        "(cut|do|make|give|offer) (you|u) a (sweet|little|nice|good|better|great|) deal",
        "(waive|waiving|waived|drop|dropping|scrap|forget|skip) (the|your|that|our|this|any) (deposit|fee|\
         fees|charge|charges|surcharge|supplement|cleaning fee|booking fee|service fee|tax)",
        "(lower|reduce|reducing|lowering|drop|cut|negotiate|adjust|tweak|match|beat|trim|bring down|come \
         down|go down|be flexible on|flexible with|budge on) .. (price|prices|rate|rates|fee|fees|\
         quote)",
        "(price|prices|rate|rates) (is|are) (negotiable|flexible|up for discussion)",
        "(negotiable|negotiate (a|the|on))",
        "(half price|half off|half the (price|rate)|two for one|2 for 1|two for the price of one|three for \
         two|3 for 2|bogo|buy one get one)",
        "(night|stay|session|hour|tour|shoot|lesson|treatment|child|kids|children|person|friend|photo|prints|\
         print) (is|are|s|stay|comes|go|goes|) (on us|on me|on the house|for free|free of charge|\
         complimentary)",
        "(throw|throwing|chuck) (it|that|them|this|in|in a|in an|in the|in some) .. (free|for free|on the \
         house|extra)",
        "(do|have|get|give|giving|get you) (it|that|this|them|you) (for free|free of charge|on the house|for \
         nothing)",
        "(pay|charge|charging|charge you) (you|) less",
        "(below|less than|under) (the|our|my) (usual|normal|list|full|regular|standard) (price|rate|fee)",
        "(save|saves|saving) (you|yourself|yourselves) (money|some|a bit|a few|some money)",
        "(meet|meeting) (you|u|in) (halfway|half way|the middle)",
        "(round|rounding|rounded) (it|that|) down",
        "(a|some|little|small) (reduction|money off|price break|break on the price)",
        "(descuento|descuentos|rebaja|rebajas|mejor precio|mas barato|precio especial|te lo dejo|se lo dejo|\
         oferta especial)",
        "(desconto|descontos|mais barato|preco especial|melhor preco|promocao|abatimento)",
        "(remise|remises|rabais|ristourne|prix d ami|moins cher|tarif reduit|prix reduit|une reduction|des \
         reductions)",
        "(rabatt|rabatte|nachlass|preisnachlass|gunstiger|billiger|sonderpreis|freundschaftspreis|skonto|\
         ermassigung)",
        "(sconto|sconti|scontato|scontata|ribasso|prezzo speciale|prezzo migliore|prezzo di favore|meno caro|\
         piu economico)",
    ],
};

/// Money that goes back.
pub(super) const REFUND: Theme = Theme {
    named_by: &["cancellation for free"],
    phrases: &[
        "(refund|refunds|refunded|refunding|refundable|refundability|moneyback|money back|reimburse|\
         reimburses|reimbursed|reimbursing|reimbursement|reimbursements|chargeback|chargebacks)",
        "(return|returns|returned|returning|repay|release) (your|the|any|all|full|that|all your|the full) \
         (money|deposit|payment|fee|amount)",
        "(money|deposit|payment|payments|cash|fee|fees|amount|half|all of it) (back|is returned|returned|\
         will be returned|gets returned|comes back|goes back|will come back)",
        "back (your|the) (money|deposit|payment|cash|fee)",
        "(pay|paid|paying|send|transfer|give) (you|it|everything) (it|all|everything|) back",
        "(full|partial) (credit|repayment)",
        "(free cancellation|cancel for free|cancel free|cancel at no cost|cancel without (charge|cost|a fee|\
         penalty|any cost)|cancel any time|cancel anytime|no cancellation (fee|fees|charge))",
        "(reverse|void|undo) (the|your|that) (charge|payment|transaction)",
        "(reembolso|reembolsos|reembolsar|reembolsamos|reembolsable|reembolsado|devolver el dinero|\
         devolvemos|devolvemos el dinero|devolucion|devoluciones|devolverte|te devuelvo)",
        "(reembolsavel|devolver o dinheiro|devolucao|devolvo|devolver lhe|estorno|estornar)",
        "(rembourser|rembourse|rembourses|remboursee|remboursement|remboursements|remboursons|remboursable|\
         remboursables|rendre l argent)",
        "(ruckerstattung|ruckerstatten|erstatten|erstattet|erstattung|erstattungsfahig|ruckzahlung|geld \
         zuruck|zuruckzahlen|zuruckerstatten|zuruckuberweisen)",
        "(rimborso|rimborsi|rimborsare|rimborsato|rimborsata|rimborsabile|rimborsiamo|rimborsiamo|restituire \
         i soldi|restituiamo|soldi indietro)",
    ],
};

/// Paying another time.
pub(super) const CREDIT: Theme = Theme {
    named_by: &[
        "(credit|tab|instalments|installments|payment plan|payment plans|later payment|deferred payment)",
    ],
    phrases: &[
        "(on|by) (credit|account|tick|a tab|the tab|the slate|your tab)",
        "(pay|settle|paying|settling) (me|us|it|up|the rest|for it|) (later|afterwards|next (week|month|\
         time)|when you (can|get|have)|in (instalments|installments|parts|stages|chunks|bits)|over time|\
         monthly|bit by bit|another time|whenever)",
        "(instalment|instalments|installment|installments|payment plan|payment plans|klarna|clearpay|\
         afterpay|iou|store credit|credit note|credit notes|split the payment|split payment|split payments|\
         spread the cost|spread the payment|spread the payments|deferred payment|monthly payments)",
        "(a credito|a plazos|a prestacoes|em prestacoes|parcelado|parcelar|a credit|en plusieurs fois|\
         echelonner|ratenzahlung|in raten|auf raten|auf rechnung|a rate|rateizzare|rateale)",
    ],
};

/// Notes and coins.
pub(super) const CASH: Theme = Theme {
    named_by: &["cash"],
    phrases: &[
        "cash",
        "(in|en) (efectivo|metalico|dinheiro|especes|liquide|contanti)",
        "(efectivo|dinheiro vivo|numerario|especes|contanti|bargeld|barzahlung|bar bezahlen|bar zahlen|in bar)",
    ],
};

/// A night that costs nothing.
pub(super) const FREE_NIGHT: Theme = Theme {
    named_by: &["(free|extra|bonus|complimentary) (night|nights|stay|stays)"],
    phrases: &[
        "(free|complimentary|bonus|gratis) (extra|additional|second|third|) (night|nights|stay|stays|weekend)",
        "(extra|third|fourth|second|last|first|one|additional|fifth|seventh|final) (night|nights) (is|s|\
         comes|) (free|complimentary|on us|on the house|gratis|for free|included)",
        "(night|nights|stay) (for free|on us|on the house|free of charge|at no (extra|) (cost|charge)|for \
         nothing|gratis)",
        "(pay|paying) .. (get|stay) (three|four|two|2|3|4|5|7|seven|five|one)",
        "(stay|stays) (for free|at no cost|for nothing)",
        "(noche|noches|noite|noites|nuit|nuits|nacht|nachte|notte|notti) (gratis|gratuita|gratuitas|gratuite|\
         gratuites|offerte|offertes|kostenlos|umsonst|omaggio)",
    ],
};

/// A first time that costs nothing.
pub(super) const FREE_TRIAL: Theme = Theme {
    named_by: &[
        "free (trial|trials|consultation|consultations|lesson|lessons|session|sessions|quote|quotes|sample|samples)",
    ],
    phrases: &[
        "(free|complimentary|no cost) (trial|trials|consultation|consult|sample|samples|taster|lesson|\
         lessons|session|sessions|class|classes|test|quote|quotes|estimate|assessment|fitting|treatment)",
        "(first|trial|taster|initial|one) (lesson|session|class|hour|consultation|treatment|visit|fitting) \
         (is|s|) (free|on me|on us|on the house|free of charge|gratis|complimentary)",
        "(try|test) (it|us|me|one|a lesson) (out|) (for free|free|free of charge|at no cost|first for free)",
        "no charge for (the|your) (first|initial|trial)",
        "(prueba gratis|clase gratis|primera clase gratis|consulta gratuita|aula gratis|aula experimental \
         gratis|essai gratuit|cours gratuit|kostenlose (probestunde|beratung|stunde)|gratis probestunde|\
         prova gratuita|lezione gratuita|preventivo gratuito)",
    ],
};

/// Carriage.
pub(super) const FREE_DELIVERY: Theme = Theme {
    named_by: &["(free|) (delivery|shipping|postage)"],
    phrases: &[
        "(free|complimentary|no cost) (delivery|shipping|postage|collection|courier)",
        "(deliver|ship|post|send|courier) (it|them|the|your|everything) .. (free|for free|free of charge|at \
         no cost|on us)",
        "(delivery|shipping|postage) (is|s|) (free|included|on us|complimentary|on the house)",
        "(envio gratis|envio gratuito|portes gratis|frete gratis|livraison gratuite|livraison offerte|\
         kostenlose lieferung|versandkostenfrei|kostenloser versand|spedizione gratuita|consegna gratuita)",
    ],
};

/// A place for a car.
pub(super) const FREE_PARKING: Theme = Theme {
    named_by: &["(free|) parking"],
    phrases: &[
        "(free|complimentary|gratis|private|secure|our own|included) (parking|car park|parking space|parking \
         spot|parking place|garage|parking spaces)",
        "parking (is|s|comes|) (free|included|complimentary|gratis|available|on us|no problem|on site|free \
         of charge)",
        "(park|parking) (here|outside|on site|at ours|in front|at the house|your car|in our (yard|drive|\
         driveway|courtyard)|in the (yard|drive|driveway|courtyard)|) (for free|free|free of charge|at no \
         cost|for nothing|with us)",
        "(aparcamiento|parking|estacionamiento|estacionamento|parcheggio|parkplatz|parkplatze|stationnement) \
         (gratuito|gratis|gratuit|gratuita|incluido|incluso|kostenlos|privado|prive|privato|)",
        "(kostenlos|gratis|kostenlose|kostenloser) (parken|parkplatz|parkplatze|parking)",
    ],
};

/// Business beside the books.
pub(super) const NO_INVOICE: Theme = Theme {
    named_by: &[
        "(no invoice|without invoice|without receipt|cash in hand|off the books|undeclared|tax free|vat free)",
    ],
    phrases: &[
        "(no|without|without a|without an|skip the|leave out the|forget the|minus the|less the|save the) \
         (receipt|receipts|invoice|invoices|vat|tax|paperwork)",
        "(off the books|cash in hand|under the table|under the counter|tax free|vat free|off the record|\
         between us|sin factura|sin iva|en negro|sem fatura|sem factura|sem recibo|sans facture|au noir|ohne \
         rechnung|schwarz|senza fattura|in nero|senza iva)",
    ],
};

/// A booking that nothing holds.
pub(super) const NO_DEPOSIT: Theme = Theme {
    named_by: &["(no deposit|without deposit|hold|holds|holding dates|reservation without|deposit free)"],
    phrases: &[
        "(no|without|without a|without any|skip the|waive the|forget the|forget about the|drop the|zero) \
         (deposit|deposits|prepayment|pre payment|down payment)",
        "(hold|reserve|keep|save|holding|keeping|saving|block|pencil) (it|the|your|that|a|those|you|you a|\
         this) (date|dates|room|slot|spot|place|day|day for you|in|for you)",
        "(sin senal|sin deposito|sem sinal|sem deposito|sans acompte|sans caution|ohne anzahlung|ohne \
         kaution|senza caparra|senza acconto)",
    ],
};

/// A promise of how it ends.
pub(super) const GUARANTEE: Theme = Theme {
    named_by: &["(guarantee|guarantees|guaranteed|warranty|promises|promise)"],
    phrases: &[
        "(guarantee|guarantees|guaranteed|guaranteeing|warranty|warranties|warrant)",
        "(i|we|can|and) (promise|promises) (you|that|it|a|the|good|results|your|)",
        "(assure|assuring|vouch) (you|for)",
        "(100|hundred|one hundred) (percent|per cent|) (sure|certain|satisfaction|success|guaranteed|safe)",
        "(no risk|risk free|rest assured|sure to (pass|work|win|get|love|succeed|improve)|certain to (pass|\
         work|win|get|succeed)|bound to (pass|work|succeed)|definitely (pass|win|succeed|get in)|cannot fail|\
         cant fail|can t fail|will definitely)",
        "(garantia|garantias|garantizar|garantizado|garantizamos|garantido|garantir|garantimos|garantie|\
         garantis|garantit|garantissons|garantieren|garantiert|garanzia|garanzie|garantito|garantire|\
         garantiamo|prometo|te prometo|je promets|verspreche|versprochen|prometto)",
    ],
};

/// Something better for the same money.
pub(super) const UPGRADE: Theme = Theme {
    named_by: &["(upgrade|upgrades)"],
    phrases: &[
        "(upgrade|upgrades|upgraded|upgrading)",
        "(bigger|better|larger|nicer|superior) (room|suite|package|car|seat|table) (for|at) (the same|no \
         extra|your|free)",
        "(bump|move|moving|put|bumping) (you|u) (up|into|in) (to|) (a|the) (bigger|better|larger|nicer|suite|\
         family|double|superior)",
        "(mejora de (habitacion|categoria)|habitacion superior|quarto superior|surclassement|surclasser|\
         hochstufung|hoherstufung|besseres zimmer|camera superiore)",
    ],
};
