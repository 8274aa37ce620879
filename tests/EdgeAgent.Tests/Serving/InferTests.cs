using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using EdgeAgent.Pipeline;
using EdgeAgent.TestData;

namespace EdgeAgent.Tests.Serving;

/// <summary>
/// Models are run by the Open Inference Protocol, version 2. Its examples (https://github.com/kserve/open-inference-protocol,
/// inference_rest.md, and the binary tensor data extension) have a model of two inputs and one output: ours has the same.
/// </summary>
public sealed class InferTests
{
    private const string Infer = "/v2/models/mymodel/infer";
    private const string One = """{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","data":[1]}]}""";

    [Fact]
    public async Task The_protocols_example_is_answered_as_it_says()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Example()).Serve();
        // As it is published, but for the three truths of a shape of three: the example has one.
        var (status, body) = await bench.Post(Infer, """
            {
              "id" : "42",
              "inputs" : [
                {
                  "name" : "input0",
                  "shape" : [ 2, 2 ],
                  "datatype" : "UINT32",
                  "data" : [ 1, 2, 3, 4 ]
                },
                {
                  "name" : "input1",
                  "shape" : [ 3 ],
                  "datatype" : "BOOL",
                  "data" : [ true, false, true ]
                }
              ],
              "outputs" : [
                {
                  "name" : "output0"
                }
              ]
            }
            """);

        Assert.Equal(200, status);
        Assert.Equal("""{"model_name":"mymodel","model_version":"1","id":"42","outputs":[""" +
            """{"name":"output0","datatype":"FP32","shape":[3,2],"data":[4,6,0,0,4,6]}]}""", body);
    }

    [Fact]
    public async Task The_example_of_binary_tensors_is_answered_as_it_says()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Example()).Serve();
        var json = """
            {
              "inputs" : [
                {
                  "name" : "input0",
                  "shape" : [ 2, 2 ],
                  "datatype" : "UINT32",
                  "parameters" : {
                    "binary_data_size" : 16
                  }
                },
                {
                  "name" : "input1",
                  "shape" : [ 3 ],
                  "datatype" : "BOOL",
                  "parameters" : {
                    "binary_data_size" : 3
                  }
                }
              ],
              "outputs" : [
                {
                  "name" : "output0",
                  "parameters" : {
                    "binary_data" : true
                  }
                }
              ]
            }
            """u8.ToArray();
        byte[] tensors = [.. MemoryMarshal.AsBytes<uint>([1, 2, 3, 4]), 1, 0, 1];

        var (status, jsonBytes, body) = await bench.Post(Infer, [.. json, .. tensors], json.Length);

        Assert.Equal(200, status);
        Assert.Equal(24, body.Length - jsonBytes);
        using var answer = JsonDocument.Parse(body.AsMemory(0, jsonBytes!.Value));
        var output = answer.RootElement.GetProperty("outputs")[0];
        Assert.Equal(24, output.GetProperty("parameters").GetProperty("binary_data_size").GetInt32());
        Assert.False(output.TryGetProperty("data", out _));
        Assert.Equal([4f, 6, 0, 0, 4, 6], MemoryMarshal.Cast<byte, float>(body.AsSpan(jsonBytes.Value)).ToArray());
    }

    [Theory]
    [InlineData("\"data\":[[1,2],[3,4]]", 200)]
    [InlineData("\"data\":[1,[2],[[3,4]]]", 200)]
    [InlineData("\"data\":[1,2,3]", 400)]
    [InlineData("\"data\":[1,2,3,-4]", 400)]
    [InlineData("\"data\":[1,2,3,4.5]", 400)]
    [InlineData("\"data\":[1,2,3,\"4\"]", 400)]
    [InlineData("\"data\":[1,2,3,null]", 400)]
    [InlineData("\"data\":[1,2,3,{}]", 400)]
    [InlineData("\"data\":{}", 400)]
    [InlineData("\"data\":[1,2,3,4294967296]", 400)]
    public async Task Data_is_flat_or_nested_and_of_its_type(string data, int expected)
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Example()).Serve();
        var (status, body) = await bench.Post(Infer, $$"""
            {"inputs":[{ {{data}},"datatype":"UINT32","shape":[2,2],"name":"input0"},
            {"name":"input1","shape":[1],"datatype":"BOOL","data":[true]}]}
            """);
        Assert.Equal(expected, status);
        if (expected == 200) Assert.Contains("\"data\":[4,6]", body);
        else Assert.Contains("input \"input0\"", ServingBench.ErrorOf(body));
    }

    [Theory]
    [InlineData("", "no request of the Open Inference Protocol")]
    [InlineData("{", "no request of the Open Inference Protocol")]
    [InlineData("[]", "the request is no JSON object")]
    [InlineData("{}", "inputs is missing or empty")]
    [InlineData("{} {}", "no request of the Open Inference Protocol")]
    [InlineData("""{"inputs":{}}""", "inputs is no JSON array")]
    [InlineData("""{"inputs":[1]}""", "an input is no JSON object")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"datatype":"FP32"}]}""", "input \"input\" lacks data")]
    [InlineData("""{"inputs":[{"name":"input","data":[1],"datatype":"FP32"}]}""", "input \"input\" lacks shape")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"data":[1],"datatype":"float"}]}""",
        "there is no datatype \"float\"")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1.5],"data":[1],"datatype":"FP32"}]}""",
        "no request of the Open Inference Protocol")]
    [InlineData("""{"inputs":[{"name":7,"shape":[1],"data":[1],"datatype":"FP32"}]}""",
        "no request of the Open Inference Protocol")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}""",
        "0 bytes are left")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":-4}}]}""",
        "binary_data_size is -4")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","parameters":{"shared_memory_region":"r"}}]}""",
        "not offered")]
    [InlineData("""{"parameters":{"sequence_id":3},"inputs":[]}""", "sequence_id, which is not offered")]
    [InlineData("""{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","data":[1]}],"outputs":[{"name":"no"}]}""",
        "there is no output \"no\"")]
    public async Task What_is_no_request_is_refused_with_what_is_wrong(string body, string expected)
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        var (status, answer) = await bench.Post(Infer, body);
        Assert.Equal(400, status);
        Assert.Contains(expected, ServingBench.ErrorOf(answer));
    }

    [Fact]
    public async Task Bytes_that_nobody_names_are_refused()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        var json = """{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]}"""u8.ToArray();
        var (status, _, body) = await bench.Post(Infer, [.. json, .. new byte[8]], json.Length);
        Assert.Equal(400, status);
        Assert.Contains("8 bytes stand behind the JSON, and the inputs name 4", ServingBench.ErrorOf(Encoding.UTF8.GetString(body)));
        (status, _, body) = await bench.Post(Infer, json, json.Length + 1);
        Assert.Equal(400, status);
        Assert.Contains("Inference-Header-Content-Length", ServingBench.ErrorOf(Encoding.UTF8.GetString(body)));
    }

    [Fact]
    public async Task What_JSON_has_no_word_for_comes_as_binary_data_alone()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        var json = """{"inputs":[{"name":"input","shape":[1],"datatype":"FP32","parameters":{"binary_data_size":4}}]"""u8.ToArray();
        var nan = MemoryMarshal.AsBytes<float>([float.NaN]).ToArray();

        byte[] plain = [.. json, (byte)'}'], binary = [.. json, .. ",\"parameters\":{\"binary_data_output\":true}}"u8];
        var refused = await bench.Post(Infer, [.. plain, .. nan], plain.Length);
        var taken = await bench.Post(Infer, [.. binary, .. nan], binary.Length);

        Assert.Equal(422, refused.Status);
        Assert.Contains("NaN at 0", ServingBench.ErrorOf(Encoding.UTF8.GetString(refused.Body)));
        Assert.Equal(nan, taken.Body[taken.JsonBytes!.Value..]);
    }

    [Fact]
    public async Task Texts_are_JSON_texts()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.OfText)).Serve();
        var (status, body) = await bench.Post(Infer, """
            {"inputs":[{"name":"input","shape":[2],"datatype":"BYTES","data":["a \"quote\" \u00e9",""]}]}
            """);
        Assert.Equal(200, status);
        Assert.Contains("""["a \"quote\" é",""]""", body);
    }

    [Fact]
    public async Task A_compressed_request_is_refused_and_a_large_one_takes_no_memory()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        Assert.Equal(415, (await bench.Post(Infer, [1, 2, 3], null, "gzip")).Status);
        // The server may close before all of it has been sent: that is an answer, too.
        var status = 0;
        try
        {
            status = (await bench.Post(Infer, new byte[ServeOptions.MessageBytes + 1], null)).Status;
        }
        catch (HttpRequestException)
        {
            status = 413;
        }
        Assert.Equal(413, status);
        Assert.Equal(200, (await bench.Get("/v2/health/live")).Status);
    }

    [Fact]
    public async Task A_model_that_does_not_end_is_ended_and_others_are_answered_meanwhile()
    {
        await using var bench = await new ServingBench().Add("endless", HostileOnnx.Endless())
            .Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve(atOnce: 2);
        var (_, metadata) = await bench.Get("/v2/models/endless");
        using var json = JsonDocument.Parse(metadata);
        var input = json.RootElement.GetProperty("inputs")[0];
        long[] shape = [.. input.GetProperty("shape").EnumerateArray().Select(d => Math.Max(1, d.GetInt64()))];
        var endless = bench.Post("/v2/models/endless/infer", $$"""
            {"inputs":[{"name":"{{input.GetProperty("name")}}","shape":[{{string.Join(',', shape)}}],"datatype":"FP32",
            "data":[{{string.Join(',', Enumerable.Repeat(1, (int)shape.Aggregate(1L, (a, b) => a * b)))}}]}]}
            """);

        for (var i = 0; i < 20; i++)
            Assert.Equal(200, (await bench.Post(Infer, One)).Status);

        var (status, body) = await endless;
        Assert.Equal(504, status);
        Assert.Contains("took longer than 5 s", ServingBench.ErrorOf(body));
    }

    [Fact]
    public async Task Many_at_once_each_get_their_own_answer()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Same(OnnxParts.Float32)).Serve();
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(async i =>
        {
            var (status, body) = await bench.Post(Infer,
                $$"""{"id":"{{i}}","inputs":[{"name":"input","shape":[1],"datatype":"FP32","data":[{{i}}]}]}""");
            return status == 200 && body.Contains($"\"id\":\"{i}\"", StringComparison.Ordinal)
                && body.EndsWith($"\"data\":[{i}]}}]}}", StringComparison.Ordinal);
        }));
        Assert.All(answers, Assert.True);
        Assert.Equal((40, 0), (bench.Counters.Requests, bench.Counters.Failures));
    }

    [Fact]
    public async Task So_many_numbers_come_as_binary_data_alone()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Wide()).Serve();
        var ones = string.Join(',', Enumerable.Repeat(1, 1000));
        var input = $$"""{"name":"input","shape":[1000],"datatype":"FP32","data":[{{ones}}]}""";
        var (status, body) = await bench.Post(Infer, $$"""{"inputs":[{{input}}]}""");
        Assert.Equal(400, status);
        Assert.Contains("1000000 elements; at most 524288 are written as JSON", ServingBench.ErrorOf(body));
        (status, _) = await bench.Post(Infer, $$"""{"parameters":{"binary_data_output":true},"inputs":[{{input}}]}""");
        Assert.Equal(200, status);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_refused()
    {
        await using var bench = await new ServingBench().Add("mymodel", ServedOnnx.Wide()).Serve();
        var ones = string.Join(',', Enumerable.Repeat(1, 3000));
        var (status, body) = await bench.Post(Infer,
            $$"""{"inputs":[{"name":"input","shape":[3000],"datatype":"FP32","data":[{{ones}}]}]}""");
        Assert.Equal(400, status);
        Assert.Contains("the outputs hold more than the 8388608 bytes that are answered", ServingBench.ErrorOf(body));
        Assert.Equal((1, 1), (bench.Counters.Requests, bench.Counters.Failures));
    }
}
