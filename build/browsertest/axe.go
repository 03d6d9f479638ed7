package browsertest

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// axe-core, of npm, is only in the tests: nothing of it is in the page.
const (
	axePackage = "axe-core"
	axeVersion = "4.10.3"
	axeMember  = "package/axe.min.js"
	axeSum     = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb" // SHA-256 of axeMember
)

// Violation is a rule of axe-core that the page breaks, and where.
type Violation struct {
	ID, Impact, Help string
	Nodes            []struct{ HTML, FailureSummary string }
}

func (v Violation) String() string {
	var s strings.Builder
	fmt.Fprintf(&s, "%s (%s): %s, %d times", v.ID, v.Impact, v.Help, len(v.Nodes))
	for i, n := range v.Nodes {
		if i == 3 {
			break
		}
		fmt.Fprintf(&s, "\n\t%.200s\n\t\t%.400s", n.HTML, strings.ReplaceAll(n.FailureSummary, "\n", "\n\t\t"))
	}
	return s.String()
}

// Axe is what axe-core finds on the page as it stands, by the rules of WCAG 2.2
// AA and by what it holds to be best practice. Where axe-core can't be had the
// test is skipped, except where CI is set and npm is there.
func (p *Page) Axe() []Violation {
	p.t.Helper()
	if !Eval[bool](p, `"axe" in globalThis`) {
		p.Run(axeSource(p.t) + "\n;0")
	}
	return Eval[[]Violation](p, `axe.run(document, {
		resultTypes: ["violations"],
		runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
	}).then(({ violations }) => violations.map(({ id, impact, help, nodes }) =>
		({ id, impact, help, nodes: nodes.map(({ html, failureSummary }) => ({ html, failureSummary })) })))`)
}

var errNoNpm = errors.New("axe-core comes by npm, which is not installed")

func axeSource(t testing.TB) string {
	t.Helper()
	source, err := fetchAxe()
	switch {
	case err == nil:
		return source
	case os.Getenv("CI") == "" || errors.Is(err, errNoNpm):
		t.Skipf("SKIP: accessibility by axe-core: %v", err)
	default:
		t.Fatal(err)
	}
	return ""
}

// fetchAxe is the text of axe-core, kept in .cache once npm has brought it.
var fetchAxe = sync.OnceValues(func() (string, error) {
	cache, err := filepath.Abs(filepath.Join("..", "..", ".cache", axePackage+"-"+axeVersion))
	if err != nil {
		return "", err
	}
	archive := filepath.Join(cache, axePackage+"-"+axeVersion+".tgz")
	if source, err := axeIn(archive); err == nil {
		return source, nil
	}
	npm, err := exec.LookPath("npm")
	if err != nil {
		return "", errNoNpm
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return "", err
	}
	cmd := exec.Command(npm, "pack", "--silent", axePackage+"@"+axeVersion)
	cmd.Dir = cache
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("npm pack %s@%s: %w\n%s", axePackage, axeVersion, err, out)
	}
	return axeIn(archive)
})

// axeIn is the text of axe-core in a package of npm's.
func axeIn(archive string) (string, error) {
	f, err := os.Open(archive)
	if err != nil {
		return "", err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return "", err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if err != nil {
			return "", fmt.Errorf("%s in %s: %w", axeMember, archive, err)
		}
		if h.Name != axeMember {
			continue
		}
		source, err := io.ReadAll(r)
		if err != nil {
			return "", err
		}
		if sum := sha256.Sum256(source); hex.EncodeToString(sum[:]) != axeSum {
			return "", fmt.Errorf("%s in %s is not the one that is known here: its SHA-256 is %x", axeMember, archive, sum)
		}
		return string(source), nil
	}
}
