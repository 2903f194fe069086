//! A proxy that counts the statements that pass it, and cuts all connections at one of them.

use std::sync::{Arc, Mutex};

use sqlx::postgres::PgConnectOptions;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy, split},
    net::{TcpListener, TcpStream, UnixStream, tcp::OwnedReadHalf},
    sync::watch,
    task::JoinHandle,
};

/// On which side of the statement the connections are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Postgres never gets it.
    Before,
    /// Postgres does it, and nobody hears of that.
    After,
}

/// When to cut.
#[derive(Debug)]
struct Order {
    left: usize,
    side: Side,
}

#[derive(Debug, Clone)]
struct Line {
    order: Arc<Mutex<Option<Order>>>,
    /// Changes with each cut.
    cut: watch::Sender<()>,
}

/// Stands before Postgres while it lives.
pub(super) struct Proxy {
    port: u16,
    line: Line,
    serving: JoinHandle<()>,
}

impl Proxy {
    pub(super) async fn before(postgres: &PgConnectOptions) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = listener.local_addr().unwrap().port();
        let line = Line { order: Arc::default(), cut: watch::channel(()).0 };
        let serving = tokio::spawn(serve(listener, postgres.clone(), line.clone()));
        Self { port: own, line, serving }
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Cuts at the n-th statement from now on, counted from 1.
    pub(super) fn cut_at(&self, statement: usize, side: Side) {
        *self.line.order.lock().unwrap() = Some(Order { left: statement, side });
    }

    /// Cuts no more. Returns whether it did.
    pub(super) fn disarm(&self) -> bool {
        self.line.order.lock().unwrap().take().is_none()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(listener: TcpListener, postgres: PgConnectOptions, line: Line) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        match postgres.get_socket() {
            Some(folder) => {
                let socket = folder.join(format!(".s.PGSQL.{}", postgres.get_port()));
                let upstream = UnixStream::connect(socket).await.unwrap();
                tokio::spawn(line.clone().connect(client, upstream));
            }
            None => {
                let address = (postgres.get_host(), postgres.get_port());
                let upstream = TcpStream::connect(address).await.unwrap();
                tokio::spawn(line.clone().connect(client, upstream));
            }
        }
    }
}

impl Line {
    /// Carries one connection until either end closes it or it is cut.
    async fn connect(self, client: TcpStream, upstream: impl AsyncRead + AsyncWrite + Send) {
        let mut cut = self.cut.subscribe();
        let (from_client, mut to_client) = client.into_split();
        let (mut from_server, to_server) = split(upstream);
        tokio::select! {
            _ = self.carry_statements(from_client, to_server) => {}
            _ = copy(&mut from_server, &mut to_client) => {}
            _ = cut.changed() => {}
        }
    }

    /// Carries the client's messages: a letter, and a length that counts itself. The first, with which
    /// a connection begins, has no letter.
    async fn carry_statements(
        &self,
        mut from: OwnedReadHalf,
        mut to: impl AsyncWrite + Unpin,
    ) -> std::io::Result<()> {
        let mut is_first = true;
        loop {
            let letter = if is_first { None } else { Some(from.read_u8().await?) };
            is_first = false;
            let length = from.read_u32().await?;
            let mut message = Vec::from_iter(letter);
            message.extend(length.to_be_bytes());
            let head = message.len();
            message.resize(head + length as usize - 4, 0);
            from.read_exact(&mut message[head..]).await?;
            // A query sent as text, or the execution of a prepared one.
            let cut = if matches!(letter, Some(b'Q' | b'E')) { self.count() } else { None };
            if cut != Some(Side::Before) {
                to.write_all(&message).await?;
            }
            if cut.is_some() {
                if cut == Some(Side::After) {
                    // What follows an execution makes Postgres do it.
                    to.write_all(&[b'S', 0, 0, 0, 4]).await?;
                    to.flush().await?;
                }
                self.cut.send_replace(());
                return Ok(());
            }
        }
    }

    /// Counts a statement. Returns how it is to be cut off, if it is.
    fn count(&self) -> Option<Side> {
        let mut order = self.order.lock().unwrap();
        let due = order.as_mut()?;
        due.left -= 1;
        (due.left == 0).then(|| order.take().map(|order| order.side)).flatten()
    }
}
