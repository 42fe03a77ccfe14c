// Owns how the functions of docs/guides/verify-in-other-languages.md are called: each behind a few lines in its own language that read
// cases from standard input (body, id, timestamp, signature, secret in base64, a tab between) and print true or false for each.

export interface Language {
  /** As the fence of its block has it. */
  readonly fence: string
  /** Must succeed where the language can be run. */
  readonly probe: readonly [string, ...string[]]
  files(block: string): Readonly<Record<string, string>>
  /** Run one after another in the folder of the files; the last one gets the cases. */
  readonly commands: readonly (readonly [string, ...string[]])[]
}

const PYTHON = `import base64, sys
from verify import is_from_timbre
for line in sys.stdin:
    body, event_id, timestamp, signature, secret = (base64.b64decode(field) for field in line.rstrip("\\n").split("\\t"))
    headers = {"webhook-id": event_id.decode(), "webhook-timestamp": timestamp.decode(), "webhook-signature": signature.decode()}
    print(str(is_from_timbre(body, {k: v for k, v in headers.items() if v}, secret.decode())).lower())
`

const GO = `package main

import (
	"bufio"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strings"
)

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		var fields [5]string
		for i, field := range strings.Split(lines.Text(), "\\t") {
			decoded, _ := base64.StdEncoding.DecodeString(field)
			fields[i] = string(decoded)
		}
		headers := http.Header{}
		for i, name := range []string{"webhook-id", "webhook-timestamp", "webhook-signature"} {
			if fields[i+1] != "" {
				headers.Set(name, fields[i+1])
			}
		}
		fmt.Println(IsFromTimbre([]byte(fields[0]), headers, fields[4]))
	}
}
`

const PHP = `<?php
require 'verify.php';
while (($line = fgets(STDIN)) !== false) {
    [$body, $id, $timestamp, $signature, $secret] = array_map('base64_decode', explode("\\t", rtrim($line, "\\n")));
    $headers = array_filter(['webhook-id' => $id, 'webhook-timestamp' => $timestamp, 'webhook-signature' => $signature], fn ($value) => $value !== '');
    echo json_encode(is_from_timbre($body, $headers, $secret)), "\\n";
}
`

const RUBY = `require_relative "verify"
STDIN.each_line(chomp: true) do |line|
  body, *values, secret = line.split("\\t", -1).map { |field| field.unpack1("m0") }
  names = %w[webhook-id webhook-timestamp webhook-signature]
  headers = names.zip(values).to_h.reject { |_, value| value.empty? }
  puts from_timbre?(body, headers, secret)
end
`

const JAVA = `
class Main {
    public static void main(String[] args) throws Exception {
        var lines = new java.util.Scanner(System.in);
        while (lines.hasNextLine()) {
            var fields = new java.util.ArrayList<byte[]>();
            for (String field : lines.nextLine().split("\\t", -1)) fields.add(Base64.getDecoder().decode(field));
            var headers = new java.util.HashMap<String, String>();
            var names = new String[] {"webhook-id", "webhook-timestamp", "webhook-signature"};
            for (int i = 0; i < 3; i++) if (fields.get(i + 1).length > 0) headers.put(names[i], new String(fields.get(i + 1), StandardCharsets.UTF_8));
            System.out.println(TimbreSignature.isFromTimbre(fields.get(0), headers, new String(fields.get(4), StandardCharsets.UTF_8)));
        }
    }
}
`

const SHELL = `decode() { printf %s "$1" | openssl base64 -d -A; }
while IFS= read -r line; do
  field() { decode "$(printf %s "$line" | cut -f "$1")"; }
  field 1 > body
  WEBHOOK_ID=$(field 2) WEBHOOK_TIMESTAMP=$(field 3) WEBHOOK_SIGNATURE=$(field 4) WEBHOOK_SECRET=$(field 5) \\
    sh verify.sh < body && echo true || echo false
done
`

export const LANGUAGES: readonly Language[] = [
  {
    fence: 'python',
    probe: ['python3', '--version'],
    files: (block) => ({ 'verify.py': block, 'main.py': PYTHON }),
    commands: [['python3', 'main.py']],
  },
  {
    fence: 'go',
    probe: ['go', 'version'],
    files: (block) => ({ 'verify.go': block.replace('package webhook', 'package main'), 'main.go': GO }),
    commands: [['go', 'run', 'main.go', 'verify.go']],
  },
  {
    fence: 'php',
    probe: ['php', '--version'],
    files: (block) => ({ 'verify.php': block, 'main.php': PHP }),
    commands: [['php', 'main.php']],
  },
  {
    fence: 'ruby',
    probe: ['ruby', '--version'],
    files: (block) => ({ 'verify.rb': block, 'main.rb': RUBY }),
    commands: [['ruby', 'main.rb']],
  },
  {
    fence: 'java',
    probe: ['javac', '-version'],
    files: (block) => ({ 'Main.java': block + JAVA }),
    commands: [
      ['javac', 'Main.java'],
      ['java', '-cp', '.', 'Main'],
    ],
  },
  {
    fence: 'sh',
    probe: ['openssl', 'version'],
    files: (block) => ({ 'verify.sh': block, 'main.sh': SHELL }),
    commands: [['sh', 'main.sh']],
  },
]
