//! What each key asks for. Pure.

use ratatui::crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::ui::Command;

/// Rows that Page Up and Page Down scroll by.
const PAGE_ROWS: isize = 10;

/// The keys, for the help.
pub(crate) const KEYS: [(&str, &str); 9] = [
    ("q Esc Ctrl-C", "leave"),
    ("Tab Right", "next part"),
    ("Shift-Tab Left", "part before"),
    ("Up Down k j", "scroll"),
    ("PgUp PgDn Home End", "scroll far"),
    ("p", "pause, and go on"),
    ("+ -", "renew less or more often"),
    ("r", "renew now"),
    ("?", "this help"),
];

/// The command of an event; none when it has none.
pub(crate) fn command(event: &Event) -> Option<Command> {
    match event {
        // Terminals that report releases would else do everything twice.
        Event::Key(key) if key.kind != KeyEventKind::Release => key_command(*key),
        _ => None,
    }
}

fn key_command(key: KeyEvent) -> Option<Command> {
    let control = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(match key.code {
        KeyCode::Char('c') if control => Command::Quit,
        _ if control => return None,
        KeyCode::Char('q') | KeyCode::Esc => Command::Leave,
        KeyCode::Tab | KeyCode::Right => Command::NextPanel,
        KeyCode::BackTab | KeyCode::Left => Command::PreviousPanel,
        KeyCode::Up | KeyCode::Char('k') => Command::Scroll(-1),
        KeyCode::Down | KeyCode::Char('j') => Command::Scroll(1),
        KeyCode::PageUp => Command::Scroll(-PAGE_ROWS),
        KeyCode::PageDown => Command::Scroll(PAGE_ROWS),
        KeyCode::Home => Command::Top,
        KeyCode::End => Command::Bottom,
        KeyCode::Char('p' | ' ') => Command::Pause,
        KeyCode::Char('+' | '=') => Command::Slower,
        KeyCode::Char('-') => Command::Faster,
        KeyCode::Char('r') => Command::Refresh,
        KeyCode::Char('?' | 'h') => Command::Help,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<Command> {
        command(&Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn keys_ask_for_what_the_help_says() {
        let plain = |code| pressed(code, KeyModifiers::NONE);
        assert_eq!(plain(KeyCode::Char('q')), Some(Command::Leave));
        assert_eq!(plain(KeyCode::Esc), Some(Command::Leave));
        assert_eq!(pressed(KeyCode::Char('c'), KeyModifiers::CONTROL), Some(Command::Quit));
        assert_eq!(plain(KeyCode::Char('c')), None);
        assert_eq!(pressed(KeyCode::Char('p'), KeyModifiers::CONTROL), None);
        assert_eq!(pressed(KeyCode::BackTab, KeyModifiers::SHIFT), Some(Command::PreviousPanel));
        assert_eq!(plain(KeyCode::Down), Some(Command::Scroll(1)));
        assert_eq!(plain(KeyCode::Char('-')), Some(Command::Faster));
        assert_eq!(command(&Event::FocusGained), None);
        let released = KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(command(&Event::Key(released)), None);
    }
}
