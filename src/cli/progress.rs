//! Progress on work that takes longer than a second, on a terminal only.

use std::io::IsTerminal;
use std::thread;
use std::time::Duration;

use indicatif::ProgressBar;

use crate::texts::{Language, Message};

/// Shows what is being done until it is dropped.
pub struct Progress {
    bar: ProgressBar,
    language: Language,
}

impl Progress {
    /// Nothing is shown during the first second, nor when standard error is no terminal.
    pub fn start(language: Language) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if !bar.is_hidden() {
            let shown = bar.downgrade();
            thread::spawn(move || {
                thread::sleep(Duration::from_secs(1));
                if let Some(bar) = shown.upgrade().filter(|bar| !bar.is_finished()) {
                    bar.enable_steady_tick(Duration::from_millis(100));
                }
            });
        }
        Self { bar, language }
    }

    /// Says what comes next.
    pub fn now(&self, message: &Message) {
        self.bar.set_message(message.say(self.language).to_owned());
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
