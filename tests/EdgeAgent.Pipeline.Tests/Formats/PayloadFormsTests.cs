using System.IO.Compression;
using EdgeAgent.Pipeline.Formats;
using Xunit.Abstractions;

namespace EdgeAgent.Pipeline.Tests.Formats;

public class PayloadFormsTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("", nameof(PayloadForm.Empty))]
    [InlineData(" \r\n\0", nameof(PayloadForm.Empty))]
    [InlineData("""{"v":10.5,"l":[1,2,30],"t":"10,5","e":"a\"b{"}""", nameof(PayloadForm.Json))]
    [InlineData("[[1,2],[-0.5,0]]", nameof(PayloadForm.Json))]
    [InlineData("""{"v":10.5,"w":""", nameof(PayloadForm.CutJson))]
    [InlineData("""{"v":"10""", nameof(PayloadForm.CutJson))]
    [InlineData("""
        "{\"v\":10.5}"
        """, nameof(PayloadForm.JsonInText))]
    [InlineData("{'v': 10.5}", nameof(PayloadForm.SingleQuotes))]
    [InlineData("[{'v': 'a'}]", nameof(PayloadForm.SingleQuotes))]
    [InlineData("""{"v":"it's"}""", nameof(PayloadForm.Json))]
    [InlineData("""{"v": 10,5}""", nameof(PayloadForm.DecimalComma))]
    [InlineData("""{"v": -10,5, "w": 1}""", nameof(PayloadForm.DecimalComma))]
    [InlineData("23,4", nameof(PayloadForm.DecimalComma))]
    [InlineData("""{"v": 010.5}""", nameof(PayloadForm.LeadingZero))]
    [InlineData("[1, -07]", nameof(PayloadForm.LeadingZero))]
    [InlineData("""{"v": 0.5, "w": [0,1]}""", nameof(PayloadForm.Json))]
    [InlineData("<reading><v>1</v></reading>", nameof(PayloadForm.Xml))]
    [InlineData("pump,site=a flow=1.5,on=t 1767225600000000000", nameof(PayloadForm.LineProtocol))]
    [InlineData("my\\ pump flow=1i", nameof(PayloadForm.LineProtocol))]
    [InlineData("a = b", nameof(PayloadForm.Text))]
    [InlineData("23.4", nameof(PayloadForm.Number))]
    [InlineData("-1e3\n", nameof(PayloadForm.Number))]
    [InlineData("23.4 °C", nameof(PayloadForm.Text))]
    [InlineData("online", nameof(PayloadForm.Text))]
    [InlineData("\"online\"", nameof(PayloadForm.Text))]
    [InlineData("1,2,3", nameof(PayloadForm.Text))]
    public void Texts_are_told_apart(string payload, string form) =>
        Assert.Equal(form, PayloadForms.Of("t"u8, Some.Utf8(payload)).ToString());

    [Theory]
    [InlineData("82A161C3A16201", nameof(PayloadForm.MessagePack))]
    [InlineData("81A176CB4025000000000000", nameof(PayloadForm.MessagePack))]
    [InlineData("DE0001A1760A", nameof(PayloadForm.MessagePack))]
    [InlineData("A161760A", nameof(PayloadForm.Cbor))]
    [InlineData("A26161FB402500000000000061620A", nameof(PayloadForm.Cbor))]
    [InlineData("BF61760AFF", nameof(PayloadForm.Cbor))]
    [InlineData("D9D9F7A161760A", nameof(PayloadForm.Cbor))]
    [InlineData("A16176", nameof(PayloadForm.Binary))]
    [InlineData("28B52FFD0458", nameof(PayloadForm.Zstd))]
    [InlineData("000102030405", nameof(PayloadForm.Binary))]
    [InlineData("FF", nameof(PayloadForm.Binary))]
    public void Binaries_are_told_apart_by_how_they_are_put_together(string hex, string form) =>
        Assert.Equal(form, PayloadForms.Of("t"u8, Convert.FromHexString(hex)).ToString());

    [Fact]
    public void Compressed_payloads_and_Sparkplug_are_recognised()
    {
        Assert.Equal(PayloadForm.Gzip, PayloadForms.Of("t"u8, Packed(s => new GZipStream(s, CompressionLevel.Fastest))));
        Assert.Equal(PayloadForm.Zlib, PayloadForms.Of("t"u8, Packed(s => new ZLibStream(s, CompressionLevel.Fastest))));
        Assert.Equal(PayloadForm.Zlib, PayloadForms.Of("t"u8, Packed(s => new ZLibStream(s, CompressionLevel.SmallestSize))));
        byte[] protobuf = [0x08, 0xA2, 0xB5, 0x01, 0x12, 0x05];
        Assert.Equal(PayloadForm.Sparkplug, PayloadForms.Of("spBv1.0/g/DDATA/n/d"u8, protobuf));
        Assert.NotEqual(PayloadForm.Sparkplug, PayloadForms.Of("plant/spBv1.0/x"u8, protobuf));
        Assert.Equal(PayloadForm.Json, PayloadForms.Of("spBv1.0/STATE/host"u8, """{"online":true}"""u8));
    }

    [Fact]
    public void A_long_payload_is_known_by_its_beginning()
    {
        Assert.Equal(PayloadForm.Json, PayloadForms.Of("t"u8, Some.Utf8($$"""{"v":"{{new string('é', 40_000)}}"}""")));
        Assert.Equal(PayloadForm.Text, PayloadForms.Of("t"u8, Some.Utf8("a" + new string('é', 40_000))));
    }

    [Fact]
    public void No_bytes_at_all_make_it_fail_and_every_form_has_its_words()
    {
        var random = new Random(Seed.Take(output));
        byte[] starts = [0x80, 0x9F, 0xA1, 0xBF, 0xD9, 0xDC, 0xDF, 0xC7, (byte)'{', (byte)'[', (byte)'"', 0x78, 0xDB];
        for (var i = 0; i < 50_000; i++)
        {
            var payload = new byte[random.Next(1, 40)];
            random.NextBytes(payload);
            if (random.Next(2) == 0) payload[0] = starts[random.Next(starts.Length)];
            PayloadForms.Of([], payload);
        }
        var words = Enum.GetValues<PayloadForm>().Select(PayloadForms.Describe).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
        Assert.Equal("looks like gzip", PayloadForms.Describe(PayloadForm.Gzip));
    }

    private static byte[] Packed(Func<Stream, Stream> pack)
    {
        using var bytes = new MemoryStream();
        using (var packing = pack(bytes))
            packing.Write("""{"v": 1, "w": 2}"""u8);
        return bytes.ToArray();
    }
}
