"""`seams conform`: whether a program is a Jupyter kernel, stage by stage, at the level of frames.

table     the stages and rules (rules.toml), and what each quotes
snippets  what a rule needs said in the kernel's own language
target    what is launched: a kernelspec's argv or any command
program   its process, from launch to the end of everything it started
front     five ZeroMQ sockets of our own, and a log of every frame
exchange  one request and what came of it, as lines to compare
lab       one program, its front, its snippets: what a rule works with
stages/   how each rule is tried
run       run(target) -> Report
"""
