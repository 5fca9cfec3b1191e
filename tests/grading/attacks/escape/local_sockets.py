# /// case
# tries = "Servers of this machine listen on UNIX sockets, Docker's for one: what they allow, they allow this process."
# state = "wrong"
# twice = true
# nbgrader = "reached abstract and unix"
# ///

# %% top
import socket

for path in (
    "@SOCKET@",
    "\0seams-@PORT@",
    "/var/run/docker.sock",
    "/run/systemd/private",
    "/run/dbus/system_bus_socket",
):
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(path)
            connection.sendall(b"GET /version HTTP/1.0\r\n\r\n")
            print("pwned", connection.recv(1000))
    except OSError as error:
        print(error)
