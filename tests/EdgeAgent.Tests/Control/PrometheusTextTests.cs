using System.Text;
using EdgeAgent.Control.Metrics;

namespace EdgeAgent.Tests.Control;

public class PrometheusTextTests
{
    [Fact]
    public void Names_from_the_configuration_cannot_break_the_page()
    {
        var page = new PrometheusText().Gauge("edgeagent_source_connected", "Whether\nit is.")
            .Value(true, ("source", "a\"b\\c\nd"), ("x", "y"));

        var text = Encoding.UTF8.GetString(page.ToBytes());

        Assert.Equal("""
            # HELP edgeagent_source_connected Whether\nit is.
            # TYPE edgeagent_source_connected gauge
            edgeagent_source_connected{source="a\"b\\c\nd",x="y"} 1

            """, text);
        MetricsPageParser.Read(text);
    }

    [Fact]
    public void Buckets_add_up_and_end_with_all()
    {
        var page = new PrometheusText().Histogram("edgeagent_inference_run_seconds", "Time.")
            .Buckets([0.00001, 0.5], [3, 0, 2], 1.25, ("model", "m"));

        var series = MetricsPageParser.Read(Encoding.UTF8.GetString(page.ToBytes())).Series;

        Assert.Equal([3, 3, 5, 1.25, 5], series.Values);
        Assert.Equal("edgeagent_inference_run_seconds_bucket{model=\"m\",le=\"1E-05\"}", series.Keys.First());
    }

    [Theory]
    [InlineData("edgeagent_x 1\n")]
    [InlineData("# HELP edgeagent_x X.\n# TYPE edgeagent_x counter\nedgeagent_x 1\n")]
    [InlineData("# HELP edgeagent_x X.\n# TYPE edgeagent_x gauge\nedgeagent_x{device=\"p\"} 1\n")]
    [InlineData("# HELP edgeagent_x X.\n# TYPE edgeagent_x gauge\nedgeagent_x 1\nedgeagent_x 2\n")]
    [InlineData("# HELP edgeagent_x X.\n# TYPE edgeagent_x gauge\nedgeagent_x{a=\"b} 1\n")]
    [InlineData("# HELP edgeagent_x X.\n# TYPE edgeagent_x gauge\nedgeagent_y 1\n")]
    public void The_parser_of_these_tests_is_strict(string page) =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => MetricsPageParser.Read(page));
}
