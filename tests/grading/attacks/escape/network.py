# /// case
# tries = "The tests are sent away: by TCP, by UDP, to this machine and to another one."
# state = "wrong"
# twice = true
# nbgrader = "reached tcp and udp"
# ///

# %% top
import socket
import urllib.request

told = "\n".join(get_ipython().user_ns.get("In", ["nothing"])).encode()
for address in (("127.0.0.1", int("@PORT@")), ("::1", int("@PORT@")), ("192.0.2.1", 80)):
    try:
        with socket.create_connection(address, timeout=1) as connection:
            connection.sendall(told)
    except OSError as error:
        print(error)
try:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
        datagrams.sendto(told[:1000], ("127.0.0.1", int("@PORT@")))
except OSError as error:
    print(error)
try:
    urllib.request.urlopen("http://127.0.0.1:@PORT@/", timeout=1)
except OSError as error:
    print(error)
