//! How the screen is looked at: what has the focus, how far it is scrolled, how often it is renewed. Pure.

use std::time::Duration;

/// How often the screen may be renewed.
const INTERVALS_MS: [u64; 8] = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000];

/// A part of the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::EnumCount)]
pub(crate) enum Panel {
    Queues,
    Candidates,
    Workers,
    Machines,
    Events,
}

const PANELS: [Panel; <Panel as strum::EnumCount>::COUNT] =
    [Panel::Queues, Panel::Candidates, Panel::Workers, Panel::Machines, Panel::Events];

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Command {
    /// Go, or close the help.
    Leave,
    /// Go, whatever is open.
    Quit,
    NextPanel,
    PreviousPanel,
    /// Scroll by so many rows.
    Scroll(isize),
    /// Scroll to the first row.
    Top,
    /// Scroll to the last row.
    Bottom,
    Pause,
    Slower,
    Faster,
    Refresh,
    Help,
}

/// What is to be done because of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    Draw,
    Refresh,
    Quit,
}

/// How the screen is looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ui {
    pub(crate) focus: Panel,
    pub(crate) paused: bool,
    pub(crate) help: bool,
    /// Whether colours may be used.
    pub(crate) colour: bool,
    interval: usize,
    scrolled: [usize; PANELS.len()],
}

impl Ui {
    /// The interval that is offered and closest to `every` from above.
    pub(crate) fn new(every: Duration, colour: bool) -> Self {
        let wanted = u64::try_from(every.as_millis()).unwrap_or(u64::MAX);
        let interval = INTERVALS_MS.iter().position(|offered| *offered >= wanted);
        Self {
            focus: Panel::Events,
            paused: false,
            help: false,
            colour,
            interval: interval.unwrap_or(INTERVALS_MS.len() - 1),
            scrolled: [0; PANELS.len()],
        }
    }

    /// Time between two readings.
    pub(crate) const fn every(&self) -> Duration {
        Duration::from_millis(INTERVALS_MS[self.interval])
    }

    /// Rows of a panel that are passed over.
    pub(crate) const fn scrolled(&self, panel: Panel) -> usize {
        self.scrolled[panel as usize]
    }

    /// Does what a key asks for. `rows` is how many the panel in focus has.
    pub(crate) fn apply(&mut self, command: Command, rows: usize) -> Effect {
        match command {
            Command::Leave if self.help => self.help = false,
            Command::Leave | Command::Quit => return Effect::Quit,
            Command::NextPanel => self.move_focus(1),
            Command::PreviousPanel => self.move_focus(PANELS.len() - 1),
            Command::Scroll(by) => self.scroll_to(self.scrolled(self.focus).saturating_add_signed(by), rows),
            Command::Top => self.scroll_to(0, rows),
            Command::Bottom => self.scroll_to(rows, rows),
            Command::Pause => {
                self.paused = !self.paused;
                if !self.paused {
                    return Effect::Refresh;
                }
            }
            Command::Slower => self.interval = (self.interval + 1).min(INTERVALS_MS.len() - 1),
            Command::Faster => self.interval = self.interval.saturating_sub(1),
            Command::Refresh => return Effect::Refresh,
            Command::Help => self.help = !self.help,
        }
        Effect::Draw
    }

    fn move_focus(&mut self, by: usize) {
        self.focus = PANELS[(self.focus as usize + by) % PANELS.len()];
    }

    fn scroll_to(&mut self, row: usize, rows: usize) {
        self.scrolled[self.focus as usize] = row.min(rows.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ui() -> Ui {
        Ui::new(Duration::from_secs(2), true)
    }

    #[test]
    fn the_focus_goes_round_and_each_panel_is_scrolled_within_its_rows() {
        let mut ui = ui();
        assert_eq!(ui.focus, Panel::Events);
        ui.apply(Command::Scroll(3), 5);
        ui.apply(Command::Scroll(30), 5);
        assert_eq!(ui.scrolled(Panel::Events), 4);
        ui.apply(Command::Scroll(-1), 5);
        ui.apply(Command::NextPanel, 5);
        assert_eq!((ui.focus, ui.scrolled(Panel::Queues), ui.scrolled(Panel::Events)), (Panel::Queues, 0, 3));
        ui.apply(Command::Scroll(-1), 5);
        assert_eq!(ui.scrolled(Panel::Queues), 0);
        ui.apply(Command::PreviousPanel, 5);
        ui.apply(Command::Bottom, 0);
        assert_eq!((ui.focus, ui.scrolled(Panel::Events)), (Panel::Events, 0), "there is no row");
    }

    #[test]
    fn the_interval_has_ends() {
        let mut ui = ui();
        assert_eq!(ui.every(), Duration::from_secs(2));
        for _ in 0..20 {
            ui.apply(Command::Slower, 0);
        }
        assert_eq!(ui.every(), Duration::from_secs(300));
        for _ in 0..20 {
            ui.apply(Command::Faster, 0);
        }
        assert_eq!(ui.every(), Duration::from_millis(500));
        assert_eq!(Ui::new(Duration::from_secs(3), true).every(), Duration::from_secs(5));
        assert_eq!(Ui::new(Duration::from_secs(9_999), true).every(), Duration::from_secs(300));
    }

    #[test]
    fn leaving_closes_the_help_first_and_quitting_does_not_wait() {
        let mut ui = ui();
        assert_eq!(ui.apply(Command::Help, 0), Effect::Draw);
        assert_eq!(ui.apply(Command::Leave, 0), Effect::Draw);
        assert_eq!(ui.apply(Command::Leave, 0), Effect::Quit);
        ui.help = true;
        assert_eq!(ui.apply(Command::Quit, 0), Effect::Quit);
    }

    #[test]
    fn after_a_pause_everything_is_read_at_once() {
        let mut ui = ui();
        assert_eq!((ui.apply(Command::Pause, 0), ui.paused), (Effect::Draw, true));
        assert_eq!((ui.apply(Command::Pause, 0), ui.paused), (Effect::Refresh, false));
        assert_eq!(ui.apply(Command::Refresh, 0), Effect::Refresh);
    }
}
