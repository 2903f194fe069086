//! The `footnote` command: `serve`, and what is done beside or without a running server.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to its terminal")]

mod backup;
mod check;
mod database;
mod eval;
mod eval_answers;
mod extract;
mod import;
mod reindex;
mod serve;
mod stop;
mod token;
mod user;
mod work;

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Parser, Subcommand};

use crate::{config::Config, ingest, telemetry};

#[derive(Parser)]
#[command(
    name = "footnote",
    version,
    about = "Answers questions from your documents, with footnotes to check."
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server, as without a command.
    Serve,
    /// Manage accounts.
    #[command(subcommand)]
    User(user::UserCommand),
    /// Manage API tokens.
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// Put files and folders into a collection, and wait until they can be searched.
    Import(import::ImportCommand),
    /// Print the text that would be searched of files, without taking them in.
    Extract(extract::ExtractCommand),
    /// Rebuild the keyword index from the database.
    Reindex,
    /// Write a backup of everything into a new folder, also while the server runs.
    Backup { folder: PathBuf },
    /// Restore a backup where there is nothing yet.
    Restore { folder: PathBuf },
    /// Look for orphans and damage.
    Check,
    /// Measure the search on a folder of documents and questions with known answers.
    Eval(eval::EvalCommand),
    /// Measure the answers on sets of questions whose answers are known.
    EvalAnswers(eval_answers::EvalAnswersCommand),
    /// Print the settings in force, secrets masked.
    Config,
    /// Parse one document for the server, under limits.
    #[command(hide = true)]
    ParseChild,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let command = Cli::parse().command.unwrap_or(Command::Serve);
    if matches!(command, Command::ParseChild) {
        return ingest::parse::run_child();
    }
    match run_in_runtime(command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("footnote: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run_in_runtime(command: Command) -> anyhow::Result<()> {
    let config = Config::load()?;
    telemetry::start(&config.log, if matches!(command, Command::Serve) { "info" } else { "warn" })?;
    // The one TLS implementation of the process; that one is installed already can't be.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("could not start the async runtime")?;
    runtime.block_on(dispatch(command, config))
}

async fn dispatch(command: Command, config: Config) -> anyhow::Result<()> {
    match command {
        Command::Serve => serve::serve(config).await,
        Command::User(command) => user::run(command, &config).await,
        Command::Token(command) => token::run(command, &config).await,
        Command::Import(command) => import::run(command, &config).await,
        Command::Extract(command) => extract::run(command, &config).await,
        Command::Reindex => reindex::run(&config).await,
        Command::Backup { folder } => backup::save(&config, &folder).await,
        Command::Restore { folder } => backup::restore(&config, &folder).await,
        Command::EvalAnswers(command) => eval_answers::run(command, &config).await,
        Command::Check => check::run(&config).await,
        Command::Eval(command) => eval::run(command, config).await,
        Command::Config => {
            print!("{}", config.describe());
            Ok(())
        }
        // It was run before there was a runtime.
        Command::ParseChild => Ok(()),
    }
}
