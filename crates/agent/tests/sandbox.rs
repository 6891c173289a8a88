//! The walls of the screen process, tried from inside: this program starts itself again as a probe with one thread, as
//! the screen would be, which enters the sandbox and then tries what it must not and what it must still be able to do.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test with a main of its own"
)]

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener, TcpStream, UdpSocket};
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;

use cheval_agent::sandbox::{SandboxOptions, Wall, enter};

fn main() {
    let arguments: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    match arguments.as_slice() {
        [role, inside, outside] if role == Path::new("probe") => probe(inside, outside),
        // The probe was let through to start a program: there must not be a second answer.
        [role] if role == Path::new("intruder") => std::process::exit(7),
        _ => test_the_walls(),
    }
}

fn test_the_walls() {
    let inside = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("picture"), "kept").unwrap();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args([Path::new("probe"), inside.path(), outside.path()])
        .env("PROBE_TCP", listener.local_addr().unwrap().to_string())
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "the probe failed: {stdout}\n{stderr}"
    );
    let found: BTreeMap<&str, &str> = stdout.lines().filter_map(|l| l.split_once('=')).collect();

    let mut failures = Vec::new();
    for (what, wanted) in expected(found.get("landlock") == Some(&"Missing")) {
        if found.get(what) != Some(&wanted) {
            failures.push(format!(
                "{what}: wanted {wanted}, found {:?}",
                found.get(what)
            ));
        }
    }
    assert!(failures.is_empty(), "{}\n{stdout}", failures.join("\n"));
    assert_eq!(
        fs::read_to_string(outside.path().join("picture")).unwrap(),
        "kept"
    );
    println!(
        "test the_walls_hold_from_inside ... ok ({} tries)",
        found.len()
    );
}

/// What the probe must find. Without Landlock in the kernel the file wall cannot stand, all others must.
fn expected(no_landlock: bool) -> Vec<(&'static str, &'static str)> {
    let (eperm, no_family) = ("errno 1", "errno 97");
    let mut expected = vec![
        ("syscalls", "Full"),
        ("process", "Full"),
        ("threads_before", "none"),
        ("tcp_v4", no_family),
        ("tcp_v6", no_family),
        ("udp_v4", no_family),
        ("udp_v6", no_family),
        ("listen", no_family),
        ("packet", no_family),
        ("netlink", no_family),
        ("raw", no_family),
        ("exec", eperm),
        ("io_uring", eperm),
        ("ptrace", eperm),
        ("process_vm_readv", eperm),
        ("write_inside", "ok"),
        ("remove_inside", "ok"),
        ("make_dir_inside", "ok"),
        ("read_outside", "ok"),
        ("null", "ok"),
        ("shm", "ok"),
        ("memfd", "ok"),
        ("thread", "ok"),
        ("thread_tcp", no_family),
        ("unix_socket", "ok"),
        ("unix_pair", "ok"),
        ("no_new_privs", "1"),
        ("core_limit", "0"),
        ("dumpable", "0"),
    ];
    if no_landlock {
        println!("this kernel has no Landlock: the file wall is not tested");
    } else {
        expected.extend([
            ("landlock", "Full"),
            ("write_outside", "errno 13"),
            ("create_outside", "errno 13"),
            ("truncate_outside", "errno 13"),
            ("remove_outside", "errno 13"),
            ("make_dir_outside", "errno 13"),
            ("link_outside", "errno 13"),
            ("rename_outside", "errno 13"),
            ("thread_write_outside", "errno 13"),
            ("make_in_dev", "errno 13"),
        ]);
    }
    expected
}

fn probe(inside: &Path, outside: &Path) {
    // Before the walls: what the real screen has before, too.
    let agent = UnixListener::bind(inside.join("agent.sock")).unwrap();
    let options = SandboxOptions {
        writable: vec![inside.to_owned()],
    };
    let report = enter(&options);
    say("landlock", wall(&report.files));
    say("syscalls", wall(&report.syscalls));
    say("process", wall(&report.process));
    let threads = report.remarks.iter().find(|r| r.contains("threads"));
    say("threads_before", threads.map_or("none", String::as_str));

    let tcp = std::env::var("PROBE_TCP").unwrap();
    attempt("tcp_v4", || TcpStream::connect(&*tcp).map(drop));
    attempt("tcp_v6", || {
        TcpStream::connect((Ipv6Addr::LOCALHOST, 9)).map(drop)
    });
    attempt("udp_v4", || {
        UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).map(drop)
    });
    attempt("udp_v6", || {
        UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)).map(drop)
    });
    attempt("listen", || {
        TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map(drop)
    });
    attempt("packet", || socket(libc::AF_PACKET, libc::SOCK_RAW));
    attempt("netlink", || socket(libc::AF_NETLINK, libc::SOCK_RAW));
    attempt("raw", || socket(libc::AF_INET, libc::SOCK_RAW));

    attempt("exec", || {
        Command::new(std::env::current_exe()?)
            .arg("intruder")
            .status()
            .map(drop)
    });
    attempt("io_uring", || syscall(libc::SYS_io_uring_setup, 1, 0));
    attempt("ptrace", || syscall(libc::SYS_ptrace, 0, 0));
    attempt("process_vm_readv", || {
        syscall(libc::SYS_process_vm_readv, i64::from(std::process::id()), 0)
    });

    let (new, old) = (outside.join("new"), outside.join("picture"));
    attempt("write_outside", || {
        OpenOptions::new()
            .append(true)
            .open(&old)?
            .write_all(b"face")
    });
    attempt("create_outside", || fs::write(&new, "face"));
    attempt("truncate_outside", || {
        File::options()
            .write(true)
            .truncate(true)
            .open(&old)
            .map(drop)
    });
    attempt("remove_outside", || fs::remove_file(&old));
    attempt("make_dir_outside", || fs::create_dir(outside.join("dir")));
    attempt("link_outside", || {
        std::os::unix::fs::symlink("/", outside.join("link"))
    });
    attempt("read_outside", || fs::read(&old).map(drop));
    attempt("make_in_dev", || fs::write("/dev/cheval-probe", "face"));

    attempt("write_inside", || fs::write(inside.join("file"), "fine"));
    attempt("rename_outside", || fs::rename(inside.join("file"), &new));
    attempt("remove_inside", || fs::remove_file(inside.join("file")));
    attempt("make_dir_inside", || fs::create_dir(inside.join("dir")));
    attempt("null", || {
        OpenOptions::new()
            .write(true)
            .open("/dev/null")?
            .write_all(b"x")
    });
    let shm = PathBuf::from(format!("/dev/shm/cheval-probe-{}", std::process::id()));
    attempt("shm", || {
        fs::write(&shm, "x").and_then(|()| fs::remove_file(&shm))
    });
    attempt("memfd", || {
        Ok(rustix::fs::memfd_create("probe", rustix::fs::MemfdFlags::CLOEXEC).map(drop)?)
    });

    attempt("unix_socket", || talk(&agent, &inside.join("agent.sock")));
    attempt("unix_pair", || UnixDatagram::pair().map(drop));
    in_thread("thread", || Ok(()));
    in_thread("thread_tcp", move || TcpStream::connect(&*tcp).map(drop));
    in_thread("thread_write_outside", move || fs::write(new, "face"));

    let no_new_privs = rustix::thread::no_new_privs().unwrap();
    say("no_new_privs", if no_new_privs { "1" } else { "0" });
    let core = rustix::process::getrlimit(rustix::process::Resource::Core);
    say(
        "core_limit",
        &core.current.map_or("none".to_owned(), |n| n.to_string()),
    );
    let dumpable = rustix::process::dumpable_behavior().unwrap();
    say(
        "dumpable",
        if dumpable == rustix::process::DumpableBehavior::NotDumpable {
            "0"
        } else {
            "1"
        },
    );
}

fn talk(agent: &UnixListener, path: &Path) -> io::Result<()> {
    let mut here = UnixStream::connect(path)?;
    let (mut there, _) = agent.accept()?;
    here.write_all(b"beat")?;
    let mut word = [0; 4];
    there.read_exact(&mut word)
}

fn in_thread(name: &str, work: impl FnOnce() -> io::Result<()> + Send + 'static) {
    let result = std::thread::Builder::new()
        .spawn(work)
        .map(|thread| thread.join().unwrap());
    attempt(name, || result?);
}

fn attempt(name: &str, work: impl FnOnce() -> io::Result<()>) {
    let result = match work() {
        Ok(()) => "ok".to_owned(),
        Err(error) => error
            .raw_os_error()
            .map_or(error.to_string(), |n| format!("errno {n}")),
    };
    say(name, &result);
}

fn say(name: &str, value: &str) {
    println!("{name}={value}");
}

fn wall(wall: &Wall) -> &'static str {
    match wall {
        Wall::Full => "Full",
        Wall::Partial => "Partial",
        Wall::Missing { .. } => "Missing",
    }
}

#[expect(
    unsafe_code,
    reason = "the calls that must be denied have no safe wrapper"
)]
fn syscall(number: i64, first: i64, second: i64) -> io::Result<()> {
    // SAFETY: all calls tried here are denied before they look at memory, and null arguments touch none.
    let result = unsafe { libc::syscall(number, first, second, 0, 0, 0, 0) };
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

fn socket(family: i32, kind: i32) -> io::Result<()> {
    syscall(libc::SYS_socket, i64::from(family), i64::from(kind))
}
