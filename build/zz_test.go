package main
import ("testing";"fmt";"sort";"strings";"tlsplay/build/bundle";"path/filepath";"os")
func TestZZ(t *testing.T){
 wasm,err:=bundle.Compile(root(),filepath.Join(root(),".cache","named.wasm"),"-w","./wasm"); if err!=nil{t.Fatal(err)}
 fs,_:=functionSizes(wasm)
 type p struct{n string;k int}; var l []p; tot:=map[string]int{}
 for n,k:=range fs { for _,q:=range []string{"asn1view","x509view","trust"} { if strings.Contains(n,"sim_"+q+".") { l=append(l,p{n,k}); tot[q]+=k } } }
 sort.Slice(l,func(i,j int)bool{return l[i].k>l[j].k})
 for i:=0;i<45&&i<len(l);i++{fmt.Println(l[i].k,l[i].n)}
 fmt.Println(tot)
 s,err:=bundle.Compile(root(),filepath.Join(root(),".cache","wasm.wasm"),bundle.Stripped,"./wasm"); fmt.Println(len(s),len(bundle.Gzip(s)))
 f,_:=os.Create("/tmp/allfuncs.txt"); for n,k:=range fs {fmt.Fprintln(f,k,n)}; f.Close()
}
func root() string { d,_:=filepath.Abs(".."); return d }
