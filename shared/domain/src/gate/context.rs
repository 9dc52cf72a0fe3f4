//! What the gate may know besides the draft and the facts.

/// Most units that a total may be made of, unless the context says otherwise: a month of nights.
pub const UNITS_MAX: u32 = 31;

/// The circumstances of one draft. The default is a draft that answers nothing in particular.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GateContext<'a> {
    /// The message the draft answers; of a burst, all of it.
    pub inbound: Option<&'a str>,
    /// What a model was told about how to write, and not in order to say it: a draft that repeats it is held.
    pub instructions: Option<&'a str>,
    /// The channel the draft goes out on, such as `sms` or `whatsapp`; naming it is no move to another.
    pub channel: Option<&'a str>,
    /// A total counts as licensed when it is a rate times a whole number up to this. From 1, default [`UNITS_MAX`].
    pub units_max: u32,
}

impl Default for GateContext<'_> {
    fn default() -> Self {
        Self { inbound: None, channel: None, instructions: None, units_max: UNITS_MAX }
    }
}
