package browser

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Find is the path of Chrome or Chromium: what the environment variable CHROME
// names, or what is in PATH or in the usual places. Where there is none and
// that may be done without asking, as root on Debian, it is installed.
func Find() (string, error) {
	if named := os.Getenv("CHROME"); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("build: CHROME=%s: %w", named, err)
		}
		return path, nil
	}
	if path, ok := look(); ok {
		return path, nil
	}
	if _, err := os.Stat("/etc/debian_version"); err != nil || os.Geteuid() != 0 {
		return "", ErrNone
	}
	if err := install(); err != nil {
		return "", err
	}
	if path, ok := look(); ok {
		return path, nil
	}
	return "", ErrNone
}

// ErrNone says that there is no browser, and what to do about it.
var ErrNone = errors.New("build: no Chrome or Chromium found: install one, or name it in the environment variable CHROME")

func look() (path string, ok bool) {
	names := []string{
		"google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "chrome",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
	}
	for _, variable := range []string{"ProgramFiles", "ProgramFiles(x86)", "LocalAppData"} {
		if dir := os.Getenv(variable); dir != "" {
			names = append(names, filepath.Join(dir, `Google\Chrome\Application\chrome.exe`))
		}
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, true
		}
	}
	return "", false
}

func install() error {
	fmt.Fprintln(os.Stderr, "no Chrome or Chromium found: installing Debian's package chromium")
	for _, args := range [][]string{
		{"update", "-q"},
		{"install", "-q", "-y", "--no-install-recommends", "chromium"},
	} {
		cmd := exec.Command("apt-get", args...)
		cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build: apt-get %s: %w\n%s", args[0], err, out)
		}
	}
	return nil
}
