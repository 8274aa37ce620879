using System.Text.Json;
using EdgeAgent.TestData;

namespace EdgeAgent.Tests.Serving;

/// <summary>What is served can be asked for, and changed by whoever may.</summary>
public sealed class RepositoryTests
{
    private const string Request = """{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","data":[1]}]}""";

    [Fact]
    public async Task Server_and_models_say_what_they_are()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Example(), "3.1.0").Serve();

        using var server = JsonDocument.Parse((await bench.Get("/v2")).Body);
        Assert.Equal("edgeagent", server.RootElement.GetProperty("name").GetString());
        Assert.Equal(["binary_tensor_data", "model_repository"],
            server.RootElement.GetProperty("extensions").EnumerateArray().Select(e => e.GetString()!));
        Assert.Equal((200, """{"live":true}"""), await bench.Get("/v2/health/live"));
        Assert.Equal((200, """{"ready":true}"""), await bench.Get("/v2/health/ready"));
        Assert.Equal((200, """{"name":"mymodel","ready":true}"""), await bench.Get("/v2/models/mymodel/versions/3.1.0/ready"));
        Assert.Equal((200, """{"name":"mymodel","versions":["3.1.0"],"platform":"onnxruntime_onnx","inputs":[""" +
            """{"name":"input0","datatype":"UINT32","shape":[-1,2]},{"name":"input1","datatype":"BOOL","shape":[-1]}],""" +
            "\"outputs\":" + """[{"name":"output0","datatype":"FP32","shape":[-1,2]}]}"""), await bench.Get("/v2/models/mymodel"));
    }

    [Theory]
    [InlineData("/v2/models/other", "there is no model \"other\"; served are mymodel")]
    [InlineData("/v2/models/mymodel/versions/7", "there is no version \"7\" of \"mymodel\"; served are 1")]
    [InlineData("/v2/models/mymodel/versions/7/ready", "there is no version \"7\"")]
    [InlineData("/v2/models", "GET /v2/models is not offered")]
    [InlineData("/v1/models/mymodel", "its paths begin with /v2")]
    public async Task What_is_not_there_is_told_with_what_is(string path, string expected)
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        var (status, body) = await bench.Get(path);
        Assert.Equal(404, status);
        Assert.Contains(expected, ServingBench.ErrorOf(body));
    }

    [Fact]
    public async Task A_model_is_unloaded_and_loaded_again_as_it_lies_there_now()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32), "1").Serve();
        Assert.Equal(200,
            (await bench.Post("/v2/repository/models/mymodel/unload", """{"parameters":{"unload_dependents":false}}""")).Status);
        Assert.Equal(404, (await bench.Post("/v2/models/mymodel/infer", Request)).Status);
        Assert.Equal((200, """[{"name":"mymodel","version":"","state":"UNAVAILABLE","reason":"not loaded"}]"""),
            await bench.Post("/v2/repository/index"));
        bench.Add("mymodel", ServedOnnx.Same(OnnxParts.Float32), "2");

        Assert.Equal((200, "{}"), await bench.Post("/v2/repository/models/mymodel/load", "{}"));

        Assert.Equal((200, """[{"name":"mymodel","version":"2","state":"READY","reason":""}]"""), await bench.Post("/v2/repository/index"));
        Assert.Contains("\"model_version\":\"2\"", (await bench.Post("/v2/models/mymodel/infer", Request)).Body);
    }

    [Fact]
    public async Task Versions_are_served_beside_each_other()
    {
        await using var bench = await new ServingBench()
            .Add("mymodel", ServedOnnx.Same(OnnxParts.Float32), "1", "a")
            .Add("mymodel", ServedOnnx.Same(OnnxParts.Float32), "2", "b").Serve();
        Assert.Contains("\"model_version\":\"1\"", (await bench.Post("/v2/models/mymodel/versions/1/infer", Request)).Body);
        Assert.Contains("\"model_version\":\"2\"", (await bench.Post("/v2/models/mymodel/infer", Request)).Body);
    }

    [Fact]
    public async Task A_model_that_cannot_be_used_leaves_the_others_and_the_one_before()
    {
        await using var bench = await new ServingBench()
            .Add("bad", HostileOnnx.OfSequences()).Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        Assert.Contains("is no tensor", bench.Trouble);
        Assert.Equal(503, (await bench.Get("/v2/health/ready")).Status);
        var (status, body) = await bench.Post("/v2/repository/models/bad/load");
        Assert.Equal(400, status);
        Assert.Contains("without ZipMap", ServingBench.ErrorOf(body));
        await File.WriteAllTextAsync(Path.Combine(bench.Repository, "mymodel", "model.onnx"), "rubbish");

        Assert.Equal(400, (await bench.Post("/v2/repository/models/mymodel/load")).Status);

        Assert.Equal(200, (await bench.Post("/v2/models/mymodel/infer", Request)).Status);
        // A failed load takes no trouble away.
        Assert.NotNull(bench.Trouble);
    }

    [Theory]
    [InlineData("..")]
    [InlineData("%2e%2e")]
    [InlineData("..%2f..%2fetc")]
    [InlineData("nothing")]
    public async Task Only_a_folder_of_the_repository_is_loaded(string name)
    {
        await using var bench = await new ServingBench().Serve();
        Assert.Equal(404, (await bench.Post($"/v2/repository/models/{name}/load")).Status);
    }

    [Fact]
    public async Task A_configuration_or_a_file_that_comes_with_the_wish_is_refused()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        var (status, body) = await bench.Post("/v2/repository/models/mymodel/load", """{"parameters":{"config":"{}"}}""");
        Assert.Equal(400, status);
        Assert.Contains("\"config\" is not offered", ServingBench.ErrorOf(body));
    }

    [Fact]
    public async Task The_model_of_a_detector_stays()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Watch("watched").Serve();
        var (status, body) = await bench.Post("/v2/repository/models/watched/unload");
        Assert.Equal(403, status);
        Assert.Contains("is a detector's", ServingBench.ErrorOf(body));
        Assert.Equal(200, (await bench.Get("/v2/models/watched/ready")).Status);
    }

    [Theory]
    [InlineData("load")]
    [InlineData("unload")]
    public async Task Nobody_changes_anything_where_the_configuration_does_not_say_so(string what)
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve(mayLoad: false);
        var (status, body) = await bench.Post($"/v2/repository/models/mymodel/{what}");
        Assert.Equal(403, status);
        Assert.Contains("serve.repository = true", ServingBench.ErrorOf(body));
        Assert.Equal(200, (await bench.Post("/v2/models/mymodel/infer", Request)).Status);
    }

    [Fact]
    public async Task A_page_elsewhere_that_leads_its_name_here_is_not_answered()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, bench.Uri("/v2")) { Headers = { Host = "evil.example" } };
        using var answer = await http.SendAsync(request);
        Assert.Equal(421, (int)answer.StatusCode);
    }
}
