//! `footnote token`.

use anyhow::{Context, bail};
use app::ports::Accounts;
use clap::Subcommand;

use super::database::with_database;
use crate::{
    account::{AccountService, Email},
    config::Config,
};

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Make an API token for an account, and print it: it is shown this one time.
    Create {
        #[arg(long)]
        email: String,
        /// What the token is for.
        #[arg(long)]
        name: String,
    },
}

pub(super) async fn run(command: TokenCommand, config: &Config) -> anyhow::Result<()> {
    let TokenCommand::Create { email, name } = command;
    with_database(config, async |db| {
        let accounts = AccountService::new(db);
        let user = accounts
            .user_by_email(&Email::parse(&email)?)
            .await?
            .with_context(|| format!("there is no account for {email}"))?;
        if user.suspended {
            bail!("the account of {email} is suspended, and a token of it would open nothing");
        }
        println!("{}", accounts.create_token(&user, name).await?.secret);
        Ok(())
    })
    .await
}
