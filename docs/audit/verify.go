// Checks Luojiang Cloud's audit log by code that its makers did not write: the Go project's own packages for signed notes and
// transparency logs (golang.org/x/mod/sumdb), which guard every Go download.
//
//	go run . -url http://localhost:4560/v1/audit/log -key 'luojiang.luojiang-cloud/audit+…' [-seen checkpoint.txt]
//
// The token of whoever asks stands in AUDIT_TOKEN. It reads every entry, and answers 1 where something does not hold.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type log struct {
	url, token string
}

func (l log) get(path string) ([]byte, error) {
	request, err := http.NewRequest("GET", l.url+"/"+path, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+l.token)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	bytes, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode != 200 {
		err = fmt.Errorf("%s: HTTP %d", path, response.StatusCode)
	}
	return bytes, err
}

// tlog's tiles carry their height in the path, tlog-tiles' do not.
func pathOf(tile tlog.Tile) string {
	path := strings.TrimPrefix(tile.Path(), "tile/"+strconv.Itoa(height)+"/")
	return "tile/" + strings.Replace(path, "data/", "entries/", 1)
}

func (l log) Height() int                                { return height }
func (l log) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (l log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		bytes, err := l.get(pathOf(tile))
		if err != nil {
			return nil, err
		}
		data[i] = bytes
	}
	return data, nil
}

func readCheckpoint(message []byte, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := note.Open(message, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(signed.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("no checkpoint of %s", verifier.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, err
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("no root hash: %q", lines[2])
	}
	return tlog.Tree{N: size, Hash: tlog.Hash(root)}, nil
}

func (l log) checkEntries(tree tlog.Tree, hashes tlog.HashReader) error {
	for first := int64(0); first < tree.N; first += 1 << height {
		width := min(tree.N-first, 1<<height)
		path := pathOf(tlog.Tile{H: height, L: -1, N: first >> height, W: int(width)})
		bundle, err := l.get(path)
		if err != nil {
			return err
		}
		indexes := make([]int64, width)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
		}
		// Authenticated by the tree's root on the way.
		known, err := hashes.ReadHashes(indexes)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for i := range indexes {
			if len(bundle) < 2 || len(bundle)-2 < int(binary.BigEndian.Uint16(bundle)) {
				return fmt.Errorf("%s ends within entry %d", path, first+int64(i))
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			if known[i] != tlog.RecordHash(bundle[2:end]) {
				return fmt.Errorf("%s: entry %d is not the one in the tree", path, first+int64(i))
			}
			bundle = bundle[end:]
		}
		if len(bundle) > 0 {
			return fmt.Errorf("%s holds more than %d entries", path, width)
		}
	}
	return nil
}

func run() error {
	url := flag.String("url", "", "the log's files: …/v1/audit/log")
	key := flag.String("key", "", "the log's verifier key, from where you trust it")
	seen := flag.String("seen", "", "a file with a checkpoint of earlier; the present one is written into it")
	flag.Parse()
	l := log{strings.TrimSuffix(*url, "/"), os.Getenv("AUDIT_TOKEN")}
	message, err := l.get("checkpoint")
	if err != nil {
		return err
	}
	tree, err := readCheckpoint(message, *key)
	if err != nil {
		return err
	}
	fmt.Printf("✓ 检查点签名有效 the checkpoint is signed: %d\n", tree.N)
	hashes := tlog.TileHashReader(tree, l)
	if err := l.checkEntries(tree, hashes); err != nil {
		return err
	}
	fmt.Printf("✓ 全部记录相符 all entries are in the tree: %d\n", tree.N)
	if *seen == "" {
		return nil
	}
	if old, err := os.ReadFile(*seen); err == nil {
		before, err := readCheckpoint(old, *key)
		if err != nil {
			return fmt.Errorf("%s: %w", *seen, err)
		}
		proof, err := tlog.ProveTree(tree.N, before.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash); err != nil {
			return fmt.Errorf("历史被改写 history was rewritten: %w", err)
		}
		fmt.Printf("✓ 此前的记录原样仍在 what it was before is its beginning: %d\n", before.N)
	}
	return os.WriteFile(*seen, message, 0o644)
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "✗", err)
		os.Exit(1)
	}
}
