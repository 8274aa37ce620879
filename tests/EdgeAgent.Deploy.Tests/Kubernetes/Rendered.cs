using k8s;
using k8s.Models;

namespace EdgeAgent.Deploy.Tests.Kubernetes;

/// <summary>What would be given to a cluster, read as the types of its interface: a field that these do not know is an error.</summary>
internal sealed class Rendered
{
    private readonly List<object> _objects;

    private Rendered(string name, string yaml)
    {
        Name = name;
        _objects = KubernetesYaml.LoadAllFromString(yaml, strict: true);
    }

    public string Name { get; }

    public IEnumerable<IKubernetesObject<V1ObjectMeta>> Objects => _objects.Cast<IKubernetesObject<V1ObjectMeta>>();

    public V1PodTemplateSpec Pod =>
        All<V1DaemonSet>().Select(d => d.Spec.Template).Concat(All<V1StatefulSet>().Select(s => s.Spec.Template)).Single();

    public V1Container Agent => Assert.Single(Pod.Spec.Containers);

    /// <summary>edgeagent.toml, as the pod would find it.</summary>
    public string Configuration => One<V1ConfigMap>().Data["edgeagent.toml"];

    public IEnumerable<T> All<T>() => _objects.OfType<T>();

    public T One<T>() => Assert.Single(All<T>());

    /// <summary>
    /// A folder of deploy/kubernetes, put together as <c>kubectl apply -k</c> does it. Debian has no kubectl that is new
    /// enough: without one, what it gave when it was last asked is taken from the folder Kustomized.
    /// </summary>
    public static Rendered Kustomized(string folder) => new(folder, HasKubectl ? Kustomize(folder) : File.ReadAllText(Kept(folder)));

    public static string Kustomize(string folder) => ProgramRun.ToEnd("kubectl", "kustomize", $"deploy/kubernetes/{folder}");

    public static string Kept(string folder) =>
        Repository.File($"tests/EdgeAgent.Deploy.Tests/Kubernetes/Kustomized/{folder.Replace("overlays/", "", StringComparison.Ordinal).Replace('/', '-')}.yaml");

    public static bool HasKubectl => IsInstalled("kubectl");

    /// <summary>The chart, by Helm where there is one, and elsewhere by its template engine.</summary>
    public static Rendered Chart(string values)
    {
        using var folder = new TempFolder();
        var file = folder.Write("values.yaml", values);
        return new Rendered($"chart with {values}", HasHelm
            ? ProgramRun.ToEnd("helm", "template", "site", "deploy/helm/edgeagent", "--values", file)
            : ProgramRun.ToEnd(Renderer.Value, "deploy/helm/edgeagent", "site", file));
    }

    private static bool HasHelm => IsInstalled("helm");

    private static bool IsInstalled(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(p => File.Exists(Path.Combine(p, program)));

    private static readonly Lazy<string> Renderer = new(() =>
    {
        var program = Path.Combine(AppContext.BaseDirectory, "render-chart");
        ProgramRun.ToEnd("env", "GO111MODULE=off", "GOPATH=/usr/share/gocode",
            $"GOCACHE={AppContext.BaseDirectory}go-cache", "go", "build", "-o", program, "tests/helm/render.go");
        return program;
    });
}
