// SPDX-License-Identifier: AGPL-3.0-or-later

// verify LOG VKEY [RECORDS KEYS]: verify a served log with golang.org/x/mod/sumdb: the
// checkpoint's signature, every tile against its root, the inclusion of every entry, and with
// RECORDS and KEYS each record N.json against leaf N-1 and its signature.
//
// Debian: GO111MODULE=off GOPATH=/usr/share/gocode go run verify.go
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func die(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, "does not hold: "+format+"\n", args...)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		die("%v", err)
	}
}

func read(name string) []byte {
	b, err := os.ReadFile(name)
	check(err)
	return b
}

// The tiles of the log as files; x/mod has the height in its paths, tlog-tiles has not.
type folder string

func (f folder) Height() int                          { return 8 }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var out [][]byte
	for _, t := range tiles {
		path := strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		b, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// The signed head.
func head(log, vkey string) tlog.Tree {
	v, err := note.NewVerifier(vkey)
	check(err)
	n, err := note.Open(read(filepath.Join(log, "checkpoint")), note.VerifierList(v))
	check(err)
	line := strings.Split(n.Text, "\n")
	if len(line) != 4 || line[0] != v.Name() {
		die("checkpoint: %q", n.Text)
	}
	size, err := strconv.ParseInt(line[1], 10, 64)
	check(err)
	hash, err := tlog.ParseHash(line[2])
	check(err)
	return tlog.Tree{N: size, Hash: hash}
}

func entries(log string, size int64) (out [][]byte) {
	for n := int64(0); n*256 < size; n++ {
		t := tlog.Tile{H: 8, L: 0, N: n, W: 256}
		if rest := size - n*256; rest < 256 {
			t.W = int(rest)
		}
		path := strings.Replace(t.Path(), "tile/8/0/", "tile/entries/", 1)
		b := read(filepath.Join(log, path))
		for i := 0; i < t.W; i++ {
			if len(b) < 2 || len(b) < 2+int(binary.BigEndian.Uint16(b)) {
				die("%s is too short", path)
			}
			n := 2 + int(binary.BigEndian.Uint16(b))
			out = append(out, b[2:n])
			b = b[n:]
		}
		if len(b) != 0 {
			die("%s is too long", path)
		}
	}
	return out
}

func keys(name string) map[[32]byte]ed25519.PublicKey {
	out := make(map[[32]byte]ed25519.PublicKey)
	for _, line := range strings.Split(strings.TrimSpace(string(read(name))), "\n") {
		b, err := base64.StdEncoding.DecodeString(strings.Fields(line)[1])
		check(err)
		k := b[len(b)-32:]
		out[sha256.Sum256(k)] = k
	}
	return out
}

// A Sigsum leaf: checksum, signature, hash of the key.
func checkLeaf(leaf, record []byte, known map[[32]byte]ed25519.PublicKey) error {
	var hash [32]byte
	if len(leaf) != 128 {
		return fmt.Errorf("%d bytes", len(leaf))
	}
	message := sha256.Sum256(record)
	checksum := sha256.Sum256(message[:])
	if string(checksum[:]) != string(leaf[:32]) {
		return fmt.Errorf("another record")
	}
	copy(hash[:], leaf[96:])
	signed := append([]byte("sigsum.org/v1/tree-leaf\x00"), leaf[:32]...)
	if known[hash] == nil || !ed25519.Verify(known[hash], signed, leaf[32:96]) {
		return fmt.Errorf("signature")
	}
	return nil
}

func main() {
	if len(os.Args) != 3 && len(os.Args) != 5 {
		die("usage: verify LOG VKEY [RECORDS KEYS]")
	}
	log := os.Args[1]
	tree := head(log, os.Args[2])
	reader := tlog.TileHashReader(tree, folder(log))
	var known map[[32]byte]ed25519.PublicKey
	if len(os.Args) == 5 {
		known = keys(os.Args[4])
	}
	for i, entry := range entries(log, tree.N) {
		proof, err := tlog.ProveRecord(tree.N, int64(i), reader)
		check(err)
		err = tlog.CheckRecord(proof, tree.N, tree.Hash, int64(i), tlog.RecordHash(entry))
		if err != nil {
			die("leaf %d: %v", i, err)
		}
		if known == nil {
			continue
		}
		record := read(filepath.Join(os.Args[3], fmt.Sprintf("%d.json", i+1)))
		if err := checkLeaf(entry, record, known); err != nil {
			die("record %d: %v", i+1, err)
		}
	}
	fmt.Printf("%d leaves hold\n", tree.N)
}
