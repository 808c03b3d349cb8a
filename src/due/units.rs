//! What the schedulers of operating systems need to run `kaa due --run` once a day. There is no scheduler of our own:
//! what a switched-off computer missed is run the next time, since `due` looks at the runs and not at the clock.

use std::path::Path;

use chrono::NaiveDate;

use crate::texts::calendar::{cron_comment, schedule_title, systemd_comment};

/// The hour and minute of the daily run, before the day's work.
const AT: (u32, u32) = (6, 15);

/// Where the program and a municipality's files are, with absolute paths.
#[derive(Clone, Copy, Debug)]
pub struct Installed<'a> {
    /// The program.
    pub program: &'a Path,
    /// The config of the municipality or the federation.
    pub config_file: &'a Path,
    /// Where runs are written.
    pub output: &'a Path,
    /// The name of the units.
    pub unit: &'a str,
    /// The name of the municipality or the federation.
    pub name: &'a str,
}

impl Installed<'_> {
    fn workspace(&self) -> &Path {
        self.config_file.parent().unwrap_or(Path::new("/"))
    }
}

/// A service that can write nowhere but among the runs and reach no network, and a timer that catches up.
pub fn systemd(at: &Installed<'_>) -> String {
    let (service, timer) = (format!("{}.service", at.unit), format!("{}.timer", at.unit));
    let comment = systemd_comment(&service, &timer, at.workspace(), at.output);
    let title = schedule_title(at.name);
    let [program, config, output] = [at.program, at.config_file, at.output].map(systemd_path);
    let workspace = systemd_path(at.workspace());
    let (hour, minute) = AT;
    format!(
        "{comment}
# --- {service} ---
[Unit]
Description={title}
RequiresMountsFor={workspace} {output}

[Service]
Type=oneshot
ExecStart={program} --config {config} due --run
User=kaa
UMask=0077
LimitCORE=0
ReadWritePaths={output}
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
IPAddressDeny=any
RestrictAddressFamilies=AF_UNIX
NoNewPrivileges=yes
CapabilityBoundingSet=
AmbientCapabilities=
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RemoveIPC=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM

# --- {timer} ---
[Unit]
Description={title}

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00
Persistent=true

[Install]
WantedBy=timers.target
"
    )
}

/// A path as an argument of systemd: quoted, with its own signs doubled.
fn systemd_path(path: &Path) -> String {
    let path = path.display().to_string().replace('%', "%%").replace('\\', "\\\\").replace('"', "\\\"");
    if path.contains(char::is_whitespace) { format!("\"{path}\"") } else { path }
}

/// A line for cron.
pub fn cron(at: &Installed<'_>) -> String {
    let [program, config] = [at.program, at.config_file].map(cron_path);
    let (hour, minute) = AT;
    format!("{}{minute} {hour} * * * {program} --config {config} due --run >/dev/null\n", cron_comment())
}

/// A path as a word of the shell; cron reads a percent sign as the end of the line.
fn cron_path(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_');
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', "'\\''").replace('%', "\\%")) }
}

/// A task for Windows. It begins on the day that was asked for and catches up. It is all ASCII and declares no encoding,
/// since a redirection may make UTF-16 of it, and the consoles of Windows take other letters for something else.
pub fn windows(at: &Installed<'_>, on: NaiveDate) -> String {
    let title = xml(&schedule_title(at.name));
    let program = xml(&at.program.display().to_string());
    let config = xml(&at.config_file.display().to_string());
    let workspace = xml(&at.workspace().display().to_string());
    let (hour, minute) = AT;
    format!(
        r#"<?xml version="1.0"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{title}</Description>
  </RegistrationInfo>
  <Triggers>
    <CalendarTrigger>
      <StartBoundary>{on}T{hour:02}:{minute:02}:00</StartBoundary>
      <ScheduleByDay>
        <DaysInterval>1</DaysInterval>
      </ScheduleByDay>
    </CalendarTrigger>
  </Triggers>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <ExecutionTimeLimit>PT1H</ExecutionTimeLimit>
    <Enabled>true</Enabled>
  </Settings>
  <Actions>
    <Exec>
      <Command>{program}</Command>
      <Arguments>--config "{config}" due --run</Arguments>
      <WorkingDirectory>{workspace}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"#
    )
}

/// A text of XML in letters that every encoding of Windows has alike.
fn xml(text: &str) -> String {
    let written = |letter: char| match letter {
        '&' | '<' | '>' | '"' => format!("&#{};", u32::from(letter)),
        ' '..='~' => letter.to_string(),
        _ => format!("&#{};", u32::from(letter)),
    };
    text.chars().map(written).collect()
}
