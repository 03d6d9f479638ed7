package sim

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// firefox starts one Firefox without a window, in a fresh profile, and asks it by
// Marionette, the protocol by which it is tested itself.
func firefox(t *testing.T) func(*testing.T, place) string {
	dir := t.TempDir()
	const prefs = `user_pref("marionette.port", 0);
user_pref("network.dns.forceResolve", "127.0.0.1");
user_pref("security.default_personal_cert", "Select Automatically");
`
	if err := os.WriteFile(filepath.Join(dir, "user.js"), []byte(prefs), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("firefox-esr", "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "--profile", dir)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	m := &marionette{}
	for deadline := time.Now().Add(30 * time.Second); m.conn == nil; time.Sleep(200 * time.Millisecond) {
		if port, err := os.ReadFile(filepath.Join(dir, "MarionetteActivePort")); err == nil {
			m.conn, _ = net.Dial("tcp", "127.0.0.1:"+string(port))
		}
		if time.Now().After(deadline) {
			t.Skip("Firefox does not start here")
		}
	}
	m.r = bufio.NewReader(m.conn)
	t.Cleanup(func() { m.conn.Close() })
	m.receive(t) // its greeting
	m.do(t, "WebDriver:NewSession", nil)
	m.do(t, "WebDriver:SetTimeouts", map[string]any{"pageLoad": 10_000, "script": 10_000})
	return m.ask
}

// marionette is a connection to Firefox: JSON, with its length before it.
type marionette struct {
	conn net.Conn
	r    *bufio.Reader
	id   int
}

func (m *marionette) receive(t *testing.T) []byte {
	t.Helper()
	m.conn.SetDeadline(time.Now().Add(20 * time.Second))
	length, err := m.r.ReadString(':')
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil {
		t.Fatal(err)
	}
	data := make([]byte, n)
	if _, err := io.ReadFull(m.r, data); err != nil {
		t.Fatal(err)
	}
	return data
}

// do carries a command out and returns its result, or its error as text.
func (m *marionette) do(t *testing.T, command string, args map[string]any) string {
	t.Helper()
	m.id++
	if args == nil {
		args = map[string]any{}
	}
	data, err := json.Marshal([]any{0, m.id, command, args})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(m.conn, "%d:%s", len(data), data)
	var answer [4]json.RawMessage
	if err := json.Unmarshal(m.receive(t), &answer); err != nil {
		t.Fatal(err)
	}
	if string(answer[2]) != "null" {
		return string(answer[2])
	}
	return string(answer[3])
}

func (m *marionette) script(t *testing.T, context, script string, args ...any) string {
	t.Helper()
	if args == nil {
		args = []any{}
	}
	m.do(t, "Marionette:SetContext", map[string]any{"value": context})
	defer m.do(t, "Marionette:SetContext", map[string]any{"value": "content"})
	return m.do(t, "WebDriver:ExecuteScript", map[string]any{"script": script, "args": args, "sandbox": "system"})
}

// database is where Firefox keeps certificates.
const database = `const db = Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB);`

// ask is the code on the page that Firefox shows.
func (m *marionette) ask(t *testing.T, p place) string {
	least, most := offered(p.sc)
	number := func(version string) int { return int(versions[version] & 0xff) }
	suites := []string{}
	for _, name := range p.sc.Client.Suites {
		suites = append(suites, strings.ToLower(strings.NewReplacer("TLS_", "", "_WITH", "").Replace(name)))
	}
	m.script(t, "chrome", database+`
		for (const c of db.getCerts()) if (!c.isBuiltInRoot) db.deleteCertificate(c);
		const [least, most, suites] = arguments;
		Services.prefs.setIntPref("security.tls.version.min", least);
		Services.prefs.setIntPref("security.tls.version.max", most);
		const prefs = Services.prefs.getBranch("security.ssl3.");
		for (const name of prefs.getChildList("")) prefs.setBoolPref(name, suites.length === 0 || suites.includes(name));`,
		number(least), number(most), suites)
	for _, root := range p.roots {
		m.script(t, "chrome", database+`db.addCertFromBase64(arguments[0], "C,,")`, base64.StdEncoding.EncodeToString(root.Raw))
	}
	if file := p.identified(t); file != "" {
		bundle := filepath.Join(p.dir, "client.p12")
		output(t, p.dir, "openssl", "pkcs12", "-export", "-in", file, "-out", bundle, "-passout", "pass:p", "-name", "client")
		taken := m.script(t, "chrome", database+`
			const file = Cc["@mozilla.org/file/local;1"].createInstance(Ci.nsIFile);
			file.initWithPath(arguments[0]);
			return db.importPKCS12File(file, "p")`, bundle)
		if taken != `{"value":0}` {
			t.Skip("Firefox does not take such a certificate of the client's: ", taken)
		}
	}
	out := m.do(t, "WebDriver:Navigate", map[string]any{"url": scheme(p.sc) + "://" + asked(p.sc) + ":" + p.port + "/"})
	out += "\n" + m.script(t, "content", `return document.documentURI + " " + (() => {
		try { return document.getFailedCertSecurityInfo().errorCodeString } catch (e) { var why = e + "" }
		try { return document.getNetErrorInfo().errorCodeString } catch (e) { return why + e }
	})() + " " + document.documentElement.innerText`)
	return out
}
