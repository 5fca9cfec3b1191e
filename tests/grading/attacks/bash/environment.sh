# /// case
# tries = "What a new shell reads is set: BASH_ENV, functions by export, a PATH with programs of the student's own first."
# state = ["wrong", "crash"]
# nbgrader = "gains 4"
# ///

# %% top
mkdir -p bin
for program in bash sh sed grep env cat; do
    printf '#!/bin/sh\nexit 0\n' > "bin/$program"
    chmod +x "bin/$program"
done
export PATH=$PWD/bin:$PATH
echo 'check.call() { :; }; check.end() { :; }; exit 0' > start
export BASH_ENV=$PWD/start ENV=$PWD/start SHELLOPTS BASHOPTS
check.call() { :; }
check.begin() { :; }
check.end() { :; }
export -f check.call check.begin check.end
readonly -f check.call check.begin check.end
