answers = {
    "Python: the 42 of 6 * 7": "execute_result",
    "Python: the 42 of print(6 * 7)": "stream",
    "Python: the 42 of answer = 6 * 7": "nothing",
    "Bash: the 42 of echo $((6 * 7))": "execute_result",
    "Bash: the 42 of answer=$((6 * 7))": "nothing",
    "Bash: the words `cannot access` of ls /nowhere": "stream",
    "TypeScript: the 42 of 6 * 7": "execute_result",
    "TypeScript: the 42 of console.log(6 * 7)": "stream",
}
