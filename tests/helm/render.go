// Renders the Helm chart where there is no helm: with the same template engine and function library (text/template, sprig)
// and the few functions that Helm adds. It knows no dependencies, no values.schema.json and no cluster.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run tests/helm/render.go CHART RELEASE [VALUES.yaml]...
//
// On Debian: golang-go golang-github-masterminds-sprig-dev golang-github-ghodss-yaml-dev
package main

import (
	"bytes"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"github.com/ghodss/yaml"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) < 3 {
		log.Fatal("usage: render CHART RELEASE [VALUES.yaml]...")
	}
	folder, release := os.Args[1], os.Args[2]
	values := map[string]interface{}{}
	for _, file := range append([]string{filepath.Join(folder, "values.yaml")}, os.Args[3:]...) {
		merge(values, read(file))
	}
	chart := map[string]interface{}{}
	for key, value := range read(filepath.Join(folder, "Chart.yaml")) {
		chart[strings.ToUpper(key[:1])+key[1:]] = value
	}
	data := map[string]interface{}{
		"Values":  values,
		"Chart":   chart,
		"Release": map[string]interface{}{"Name": release, "Namespace": "default", "Service": "Helm"},
	}

	all := template.New("chart").Option("missingkey=zero")
	functions := sprig.TxtFuncMap()
	// Helm leaves these out, so that a chart renders the same everywhere.
	delete(functions, "env")
	delete(functions, "expandenv")
	functions["toYaml"] = func(value interface{}) string {
		text, err := yaml.Marshal(value)
		must(err)
		return strings.TrimSuffix(string(text), "\n")
	}
	functions["include"] = func(name string, data interface{}) (string, error) {
		var text bytes.Buffer
		err := all.ExecuteTemplate(&text, name, data)
		return text.String(), err
	}
	all.Funcs(functions)

	files, err := filepath.Glob(filepath.Join(folder, "templates", "*"))
	must(err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(err)
		template.Must(all.New(filepath.Base(file)).Parse(string(text)))
	}
	for _, file := range files {
		if strings.HasPrefix(filepath.Base(file), "_") {
			continue
		}
		var text bytes.Buffer
		must(all.ExecuteTemplate(&text, filepath.Base(file), data))
		if strings.Contains(text.String(), "<no value>") {
			log.Fatalf("%s names a value that there is not:\n%s", file, text.String())
		}
		if strings.TrimSpace(text.String()) != "" {
			fmt.Printf("---\n# Source: %s\n%s\n", filepath.Base(file), strings.TrimSpace(text.String()))
		}
	}
}

func read(file string) map[string]interface{} {
	text, err := os.ReadFile(file)
	must(err)
	values := map[string]interface{}{}
	must(yaml.Unmarshal(text, &values))
	return values
}

// merge lays one set of values over another, key by key.
func merge(below, above map[string]interface{}) {
	for key, value := range above {
		inner, isMap := value.(map[string]interface{})
		if have, isBelow := below[key].(map[string]interface{}); isMap && isBelow {
			merge(have, inner)
		} else {
			below[key] = value
		}
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
