//! `completions` and `man`: both drawn from the command line itself, so that neither can forget an
//! option.

use super::args::Cli;
use super::error::Failure;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use std::io::Write;

/// Completions for a shell.
pub fn completions(shell: clap_complete::Shell, out: &mut impl Write) {
    clap_complete::generate(shell, &mut Cli::command(), "renewdesk", out);
}

/// The manual: one page, a section for every command with its arguments and options. The options
/// that every command takes are described once, at the top.
pub fn man(out: &mut impl Write) -> Result<(), Failure> {
    let root = Cli::command();
    let page = Man::new(root.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    for command in root.get_subcommands() {
        sections(command, "renewdesk", out)?;
    }
    writeln!(out, ".SH \"EXIT CODES\"")?;
    let mut after = Vec::new();
    page.render_extra_section(&mut after)?;
    body(&after, out)?;
    page.render_version_section(out)?;
    Ok(())
}

/// A command and those below it, each under its whole name.
fn sections(command: &Command, above: &str, out: &mut impl Write) -> Result<(), Failure> {
    if command.is_hide_set() || command.get_name() == "help" {
        return Ok(());
    }
    let name = format!("{above} {}", command.get_name());
    writeln!(out, ".SH \"{}\"", name.to_uppercase())?;
    let alone = command
        .clone()
        .bin_name(name.clone())
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true);
    let page = Man::new(alone);
    let mut text = Vec::new();
    page.render_synopsis_section(&mut text)?;
    page.render_description_section(&mut text)?;
    if command
        .get_arguments()
        .any(|argument| !argument.is_hide_set())
    {
        page.render_options_section(&mut text)?;
    }
    if command.get_after_help().is_some() {
        page.render_extra_section(&mut text)?;
    }
    body(&text, out)?;
    for below in command.get_subcommands() {
        sections(below, &name, out)?;
    }
    Ok(())
}

/// The text of rendered sections without their headings, which would end the command's own, and
/// without the preamble that each rendering repeats.
fn body(rendered: &[u8], out: &mut impl Write) -> Result<(), Failure> {
    let text = String::from_utf8_lossy(rendered);
    let lines = text
        .lines()
        .filter(|line| !line.starts_with(".ie ") && !line.starts_with(".el "));
    for line in lines {
        match line.starts_with(".SH") {
            true => writeln!(out, ".PP")?,
            false => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}
