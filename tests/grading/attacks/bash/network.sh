# /// case
# tries = "Bash itself opens connections, by TCP and UDP."
# state = "wrong"
# nbgrader = "reached tcp and udp"
# ///

# %% top
echo hello > /dev/tcp/127.0.0.1/@PORT@
echo hello > /dev/udp/127.0.0.1/@PORT@
python3 -c 'import socket; socket.create_connection(("127.0.0.1", @PORT@), timeout=1)'
true
