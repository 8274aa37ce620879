namespace EdgeAgent.Mqtt.Tests;

public class VersionChoiceTests
{
    private static readonly MqttException Unsupported = new(MqttFault.Refused, "no") { Code = MqttReason.UnsupportedVersion };
    private static readonly MqttException ClosedAtConnect = new(MqttFault.Lost, "closed") { IsClosedAtConnect = true };
    private static readonly MqttException Lost = new(MqttFault.Lost, "gone");

    [Theory]
    [InlineData(MqttVersion.V311)]
    [InlineData(MqttVersion.V5)]
    public void A_version_that_is_configured_is_kept(MqttVersion version)
    {
        var choice = new VersionChoice(version);
        foreach (var end in new[] { Unsupported, ClosedAtConnect, Lost })
        {
            Assert.False(choice.Refused(end));
            Assert.Equal(version, choice.Current);
        }
    }

    [Fact]
    public void A_broker_that_refuses_MQTT_5_or_closes_at_it_is_asked_in_3_1_1_at_once()
    {
        foreach (var end in new[] { Unsupported, ClosedAtConnect })
        {
            var choice = new VersionChoice(null);
            Assert.Equal(MqttVersion.V5, choice.Current);
            Assert.True(choice.Refused(end));
            Assert.Equal(MqttVersion.V311, choice.Current);
        }
    }

    [Fact]
    public void A_broker_that_closes_whatever_the_version_is_not_asked_without_a_pause()
    {
        var choice = new VersionChoice(null);
        for (var i = 0; i < 3; i++)
        {
            Assert.True(choice.Refused(ClosedAtConnect));
            Assert.Equal(MqttVersion.V311, choice.Current);
            Assert.False(choice.Refused(ClosedAtConnect));
            Assert.Equal(MqttVersion.V5, choice.Current);
        }
    }

    [Fact]
    public void A_broker_that_refuses_both_is_asked_with_pauses()
    {
        var choice = new VersionChoice(null);
        Assert.True(choice.Refused(Unsupported));
        Assert.False(choice.Refused(Unsupported));
    }

    [Fact]
    public void A_connection_that_is_lost_says_nothing_about_the_version()
    {
        var choice = new VersionChoice(null);
        Assert.False(choice.Refused(Lost));
        Assert.Equal(MqttVersion.V5, choice.Current);
        choice.Accepted();
        // It accepted MQTT 5 before, so that is not why it closes.
        Assert.False(choice.Refused(ClosedAtConnect));
        Assert.Equal(MqttVersion.V5, choice.Current);
    }

    [Fact]
    public void After_a_connection_in_3_1_1_MQTT_5_is_tried_again_first()
    {
        var choice = new VersionChoice(null);
        choice.Refused(Unsupported);
        choice.Accepted();
        Assert.False(choice.Refused(Lost));
        Assert.Equal(MqttVersion.V5, choice.Current);
        Assert.True(choice.Refused(Unsupported));
        Assert.Equal(MqttVersion.V311, choice.Current);
    }
}
