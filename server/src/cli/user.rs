//! `footnote user`.

use std::io::{BufRead, IsTerminal};

use anyhow::Context;
use app::account::{NewUser, Role};
use clap::Subcommand;

use super::database::with_database;
use crate::{account::AccountService, config::Config};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Add an account. Without a password, a one-time link to choose one is printed.
    Create {
        #[arg(long)]
        email: String,
        /// admin, support or employee
        #[arg(long)]
        role: Role,
        /// Read the password from the first line of standard input.
        #[arg(long)]
        password_stdin: bool,
    },
}

pub(super) async fn run(command: UserCommand, config: &Config) -> anyhow::Result<()> {
    let UserCommand::Create { email, role, password_stdin } = command;
    let password = if password_stdin { Some(read_password()?) } else { None };
    let has_password = password.is_some();
    with_database(config, async |db| {
        let accounts = AccountService::new(db);
        let user = accounts.add_user(NewUser { email, role, password }).await?;
        println!("Added {} as {}.", user.email, role.as_str());
        if !has_password {
            let path = accounts.link_for(user.id).await?;
            println!("A password is chosen, once and within three days, at {}{path}", config.base_url());
        }
        Ok(())
    })
    .await
}

fn read_password() -> anyhow::Result<String> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        eprintln!("Password (it will be shown):");
    }
    let mut line = String::new();
    stdin.lock().read_line(&mut line).context("could not read the password")?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}
