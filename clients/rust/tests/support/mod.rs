//! What tests share: real servers, and a proxy that cuts connections.

#![allow(dead_code)]

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy_bidirectional},
    net::{TcpListener, TcpStream},
    process::{Child, Command},
    sync::watch,
};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A server of its own, with its data in a temporary folder. It ends with this.
pub struct Server {
    pub address: String,
    process: Child,
    data: Option<TempDir>,
}

impl Server {
    /// Starts a server on a free port.
    pub async fn start() -> Self {
        Self::serve(tempfile::tempdir().unwrap(), "127.0.0.1:0").await
    }

    /// Kills the server and starts it again with its data and at its address.
    pub async fn restart(mut self) -> Self {
        self.process.kill().await.unwrap();
        let data = self.data.take().unwrap();
        let address = std::mem::take(&mut self.address);
        Self::serve(data, &address).await
    }

    async fn serve(data: TempDir, address: &str) -> Self {
        let program = root().join("dist/cli/main.js");
        assert!(program.exists(), "build the server first: npm run build");
        let mut process = Command::new("node")
            .arg(program)
            .args(["serve", "--listen", address, "--data-dir"])
            .arg(data.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs the server");
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = loop {
            let line = lines.next_line().await.unwrap();
            let line = line.expect("the server says where it listens");
            if let Some((_, address)) = line.split_once("listens on ") {
                break address.trim().to_owned();
            }
        };
        // What it prints later must have somewhere to go.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Self {
            address,
            process,
            data: Some(data),
        }
    }
}

/// A TCP proxy whose n-th connection is cut after so many bytes from the client.
pub struct CuttingProxy {
    pub address: String,
    connections: Arc<AtomicU64>,
    cuts: Arc<AtomicU64>,
    cut: watch::Sender<u64>,
}

impl CuttingProxy {
    /// A proxy to `target`. Connections after those that `budgets` tell of are not cut; a budget of 0
    /// closes a connection as it is made.
    pub async fn start(target: &str, budgets: Vec<u64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (cut, cutting) = watch::channel(0);
        let proxy = Self {
            address,
            connections: Arc::default(),
            cuts: Arc::default(),
            cut,
        };
        let (connections, cuts) = (Arc::clone(&proxy.connections), Arc::clone(&proxy.cuts));
        let target = target.to_owned();
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let place = connections.fetch_add(1, Ordering::SeqCst);
                let place = usize::try_from(place).unwrap();
                let budget = budgets.get(place).copied();
                let (target, cuts) = (target.clone(), Arc::clone(&cuts));
                let mut cutting = cutting.clone();
                cutting.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        () = pass(near, &target, budget) => {}
                        _ = cutting.changed() => {}
                    }
                    cuts.fetch_add(1, Ordering::SeqCst);
                });
            }
        });
        proxy
    }

    /// Connections that were made.
    pub fn connections(&self) -> u64 {
        self.connections.load(Ordering::SeqCst)
    }

    /// Connections that have ended.
    pub fn cuts(&self) -> u64 {
        self.cuts.load(Ordering::SeqCst)
    }

    /// Cuts every connection that there is.
    pub fn cut(&self) {
        self.cut.send_modify(|times| *times += 1);
    }
}

/// Passes bytes on until a side ends or the budget of the client is used up.
async fn pass(mut near: TcpStream, target: &str, budget: Option<u64>) {
    if budget == Some(0) {
        return;
    }
    let Ok(mut far) = TcpStream::connect(target).await else {
        return;
    };
    let Some(budget) = budget else {
        let _ = copy_bidirectional(&mut near, &mut far).await;
        return;
    };
    let (near_read, mut near_write) = near.split();
    let (mut far_read, mut far_write) = far.split();
    let mut there = near_read.take(budget);
    tokio::select! {
        _ = tokio::io::copy(&mut there, &mut far_write) => {}
        _ = tokio::io::copy(&mut far_read, &mut near_write) => {}
    }
    let _ = near_write.shutdown().await;
}

/// A proxy to `target` that changes one letter of the first long run of `x` that the server sends over
/// each connection. Returns its address.
pub async fn start_damaging_proxy(target: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let target = target.to_owned();
    tokio::spawn(async move {
        while let Ok((mut near, _)) = listener.accept().await {
            let Ok(mut far) = TcpStream::connect(&target).await else {
                return;
            };
            tokio::spawn(async move {
                let (mut near_read, mut near_write) = near.split();
                let (mut far_read, mut far_write) = far.split();
                tokio::select! {
                    _ = tokio::io::copy(&mut near_read, &mut far_write) => {}
                    () = damage(&mut far_read, &mut near_write) => {}
                }
            });
        }
    });
    address
}

/// Passes bytes on, one of them changed.
async fn damage(
    from: &mut (impl tokio::io::AsyncRead + Unpin),
    to: &mut (impl tokio::io::AsyncWrite + Unpin),
) {
    let mut buffer = vec![0; 64 * 1024];
    let mut is_damaged = false;
    while let Ok(count @ 1..) = from.read(&mut buffer).await {
        let run = buffer[..count]
            .windows(64)
            .position(|bytes| bytes == [b'x'; 64]);
        if let Some(place) = run.filter(|_| !is_damaged) {
            buffer[place + 32] = b'y';
            is_damaged = true;
        }
        if to.write_all(&buffer[..count]).await.is_err() {
            return;
        }
    }
}
