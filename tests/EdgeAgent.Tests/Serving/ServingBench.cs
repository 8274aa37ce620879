using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using EdgeAgent.Inference.Bundles;
using EdgeAgent.Pipeline;
using EdgeAgent.Pipeline.Detection.Decisions;
using EdgeAgent.Serving;
using EdgeAgent.TestData;
using EdgeAgent.TestSupport;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAgent.Tests.Serving;

/// <summary>A real endpoint on a real port, with models that a test knows to the last digit.</summary>
internal sealed class ServingBench : IAsyncDisposable
{
    private readonly TempFolder _temp = new();
    private readonly HttpClient _http = new();
    private readonly List<DetectorOptions> _detectors = [];
    private ServingPlane? _plane;
    private int _port;

    public ServingCounters Counters { get; } = new();

    public string Repository => _temp.File("models");

    /// <summary>Puts a bundle into the repository.</summary>
    public ServingBench Add(string name, byte[] graph, string version = "1", string? folder = null)
    {
        TinyBundle.Write(Path.Combine(Repository, folder ?? name), TinyBundle.Sum("a") with { Name = name, Version = version }, graph);
        return this;
    }

    /// <summary>A detector has a model of that name, which lies elsewhere.</summary>
    public ServingBench Watch(string name)
    {
        var folder = _temp.File($"detectors/{name}");
        TinyBundle.Write(folder, TinyBundle.Sum("a") with { Name = name }, TinyBundle.SumModel(1));
        _detectors.Add(new DetectorOptions { Name = name, Source = "s", Model = folder });
        return this;
    }

    public async Task<ServingBench> Serve(bool mayLoad = true, int atOnce = 2)
    {
        Directory.CreateDirectory(Repository);
        _port = LoopbackPort.Free();
        var options = new AgentOptions
        {
            Detectors = _detectors,
            Serve = new ServeOptions { Listen = $"127.0.0.1:{_port}", Models = Repository, Repository = mayLoad, AtOnce = atOnce },
        };
        _plane = await ServingPlane.StartAsync(options, null, Counters, NullLoggerFactory.Instance);
        await Eventually.Holds(
            () => _http.GetAsync(Uri("/v2/health/ready")).Result.StatusCode == HttpStatusCode.OK || _plane!.Trouble is not null,
            () => "not ready");
        return this;
    }

    public string? Trouble => _plane!.Trouble;

    public async Task<(int Status, string Body)> Get(string path)
    {
        using var answer = await _http.GetAsync(Uri(path));
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    public async Task<(int Status, string Body)> Post(string path, string json = "")
    {
        var (status, _, body) = await Post(path, Encoding.UTF8.GetBytes(json), null);
        return (status, Encoding.UTF8.GetString(body));
    }

    /// <param name="path">The path.</param>
    /// <param name="body">JSON, and tensors behind it.</param>
    /// <param name="jsonBytes">Bytes of the JSON; null: all.</param>
    /// <returns>With the bytes of the answer's JSON, if it says so.</returns>
    public async Task<(int Status, int? JsonBytes, byte[] Body)> Post(string path, byte[] body, int? jsonBytes, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(jsonBytes is null ? "application/json" : "application/octet-stream");
        if (encoding is not null) content.Headers.ContentEncoding.Add(encoding);
        using var request = new HttpRequestMessage(HttpMethod.Post, Uri(path)) { Content = content };
        if (jsonBytes is { } bytes) request.Headers.Add("Inference-Header-Content-Length", bytes.ToString(CultureInfo.InvariantCulture));
        using var answer = await _http.SendAsync(request);
        int? length = answer.Headers.TryGetValues("Inference-Header-Content-Length", out var values)
            ? int.Parse(values.Single(), CultureInfo.InvariantCulture) : null;
        return ((int)answer.StatusCode, length, await answer.Content.ReadAsByteArrayAsync());
    }

    public static string ErrorOf(string body)
    {
        using var json = JsonDocument.Parse(body);
        return json.RootElement.GetProperty("error").GetString()!;
    }

    public Uri Uri(string path) => new($"http://127.0.0.1:{_port}{path}");

    public async ValueTask DisposeAsync()
    {
        if (_plane is not null) await _plane.DisposeAsync();
        _http.Dispose();
        _temp.Dispose();
    }
}
