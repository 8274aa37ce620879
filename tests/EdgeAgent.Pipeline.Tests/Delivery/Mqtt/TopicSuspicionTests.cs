using EdgeAgent.Mqtt;
using EdgeAgent.Pipeline.Delivery.Mqtt;

namespace EdgeAgent.Pipeline.Tests.Delivery.Mqtt;

/// <summary>Which end of a connection is laid to a topic, and which is not.</summary>
public sealed class TopicSuspicionTests
{
    private static readonly MqttException Closed = new(MqttFault.Lost, "closed") { IsClosedWithoutReason = true };
    private readonly TopicSuspicion _suspicion = new(new MqttDeliveryOptions());

    [Fact]
    public void A_topic_that_was_accepted_before_is_suspect_only_the_third_time_in_a_row_and_never_given_up()
    {
        _suspicion.Accepted("t");
        Assert.Null(_suspicion.Ended(Closed, Status("t")));
        Assert.Null(_suspicion.Ended(Closed, Status("t")));
        Assert.Contains("\"t\"", _suspicion.Ended(Closed, Status("t")));
        Assert.Null(_suspicion.GivenUp);
    }

    [Fact]
    public void Accepted_in_between_it_is_counted_anew()
    {
        for (var i = 0; i < 10; i++)
        {
            _suspicion.Ended(Closed, Status("t"));
            _suspicion.Ended(Closed, Status("t"));
            _suspicion.Accepted("t");
        }
        Assert.Null(_suspicion.GivenUp);
    }

    [Fact]
    public void A_status_that_ends_three_connections_in_a_row_is_given_up_and_an_event_is_not()
    {
        for (var i = 0; i < 5; i++) Assert.NotNull(_suspicion.Ended(Closed, Status("e") with { IsEvent = true }));
        Assert.Null(_suspicion.GivenUp);
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(_suspicion.GivenUp);
            Assert.NotNull(_suspicion.Ended(Closed, Status("t")));
        }
        Assert.Equal("t", _suspicion.GivenUp);
    }

    [Fact]
    public void An_end_for_another_reason_or_much_later_or_with_all_answered_says_nothing_of_a_topic()
    {
        Assert.Null(_suspicion.Ended(Closed, null));
        Assert.Null(_suspicion.Ended(Closed, Status("t") with { Age = TimeSpan.FromSeconds(6) }));
        Assert.Null(_suspicion.Ended(new MqttException(MqttFault.Busy, "busy") { Code = 0x89 }, Status("t")));
        Assert.Null(_suspicion.Ended(new MqttException(MqttFault.Lost, "no answer in time"), Status("t")));
        Assert.NotNull(_suspicion.Ended(new MqttException(MqttFault.Refused, "no") { Code = MqttReason.NotAuthorized }, Status("t")));
    }

    [Fact]
    public void A_last_will_is_suspect_only_until_a_connection_was_accepted()
    {
        var closed = new MqttException(MqttFault.Refused, "no") { Code = MqttReason.NotAuthorized };
        Assert.Contains("the client id \"c\" or a last will on \"w\"", _suspicion.Refused(closed, "c", "w"));
        Assert.DoesNotContain("will on", _suspicion.Refused(closed, "c", null));
        Assert.Null(_suspicion.Refused(new MqttException(MqttFault.Lost, "connection refused"), "c", "w"));
        _suspicion.Opened();
        Assert.Null(_suspicion.Refused(closed, "c", "w"));
    }

    private static Unanswered Status(string topic) => new(topic, IsEvent: false, TimeSpan.FromMilliseconds(20));
}
