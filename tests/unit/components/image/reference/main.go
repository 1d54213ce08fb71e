// Prints, for each build context in a folder, what BuildKit's client sends of it, as JSON lines: its
// paths, of which each byte is a character (names need not be UTF-8), or the error.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/moby/patternmatcher/ignorefile"
	"github.com/tonistiigi/fsutil"
)

type result struct {
	Sent  *[]string `json:"sent,omitempty"`
	Error string    `json:"error,omitempty"`
}

func main() {
	folders, err := os.ReadDir(os.Args[1])
	if err != nil {
		panic(err)
	}
	out := json.NewEncoder(os.Stdout)
	for _, folder := range folders {
		paths, err := sent(filepath.Join(os.Args[1], folder.Name()))
		printed := result{Sent: &paths}
		if err != nil {
			printed = result{Error: err.Error()}
		}
		if err := out.Encode(printed); err != nil {
			panic(err)
		}
	}
}

func sent(folder string) ([]string, error) {
	var patterns []string
	if text, err := os.ReadFile(filepath.Join(folder, ".dockerignore")); err == nil {
		if patterns, err = ignorefile.ReadAll(bytes.NewReader(text)); err != nil {
			return nil, err
		}
	}
	paths := []string{}
	options := fsutil.FilterOpt{ExcludePatterns: patterns}
	err := fsutil.WalkDir(context.Background(), folder, &options, func(path string, _ fs.DirEntry, err error) error {
		if err == nil {
			paths = append(paths, readable(path))
		}
		return err
	})
	return paths, err
}

func readable(path string) string {
	var text []rune
	for _, each := range []byte(path) {
		text = append(text, rune(each))
	}
	return string(text)
}
